/** Which entries of a backup's schema are restored into a project of Supabase, and why the others are not. Pure. */
import type { ArchiveEntry } from "./archive-entries";
import { isManagedRole, isManagedSchema, ledgerSchema, migrationsSchema, outgoingTrigger, vendorExtensions } from "./vendor";

/** What is in the target already. */
export interface TargetObjects {
  readonly schemas: ReadonlySet<string>;
  readonly extensions: ReadonlySet<string>;
  readonly availableExtensions: ReadonlySet<string>;
  /** `schema.table` */
  readonly relations: ReadonlySet<string>;
  /** In the vendor's schemas: `schema.table name`. */
  readonly triggers: ReadonlySet<string>;
  readonly policies: ReadonlySet<string>;
  readonly publications: ReadonlySet<string>;
  /** Roles that the target's role may give objects to. */
  readonly ownerRoles: ReadonlySet<string>;
}

export interface KeptEntry {
  readonly entry: ArchiveEntry;
  /** Whether its owner can be given; else the object belongs to the role that restores. */
  readonly owned: boolean;
  /** Of what the target may refuse to a role that is no superuser: then it is named, and the rest goes on. */
  readonly refusable: boolean;
  /** A trigger that calls out of the database. */
  readonly outgoing: boolean;
}

export interface LeftOut {
  readonly what: string;
  readonly why: string;
  /** Ours, and missing in the target: the restore does not end as a success. */
  readonly missed: boolean;
}

export interface Selection {
  readonly kept: readonly KeptEntry[];
  readonly leftOut: readonly LeftOut[];
}

/** Types that PostgreSQL, or Supabase, keeps to superusers or to the owner of a thing that is not ours. */
const refusableTypes = new Set(["EVENT TRIGGER", "PUBLICATION", "PUBLICATION TABLE", "PUBLICATION TABLES IN SCHEMA", "FOREIGN DATA WRAPPER", "SERVER", "USER MAPPING", "SECURITY LABEL"]);

type Verdict = "keep" | "refusable" | { readonly why: string; readonly missed?: boolean } | "silent";

/** As a person would name it: `trigger auth.users mirror_auth_user`. */
export function entryName({ type, schema, name }: ArchiveEntry): string {
  return `${type.toLowerCase()} ${schema === "" ? "" : `${schema}.`}${name}`;
}

/** Decides for every entry, in the order in which they are restored. */
export function selectEntries(entries: readonly ArchiveEntry[], target: TargetObjects): Selection {
  const kept: KeptEntry[] = [];
  const leftOut: LeftOut[] = [];
  const absent = new Set<number>();
  for (const entry of entries) {
    const verdict = judge(entry, target, absent);
    if (verdict === "keep" || verdict === "refusable") {
      const owned = entry.owner === "" || target.ownerRoles.has(entry.owner);
      const outgoing = entry.type === "TRIGGER" && outgoingTrigger.test(entry.sql);
      kept.push({ entry, owned, refusable: verdict === "refusable", outgoing });
      if (!owned && givesOwner(entry)) {
        leftOut.push(ownerLeftOut(entry));
      }
      continue;
    }
    absent.add(entry.id);
    if (verdict !== "silent") leftOut.push({ what: entryName(entry), why: verdict.why, missed: verdict.missed ?? false });
  }
  return { kept, leftOut };
}

/** The platform's superuser owns its things there as here; a role of ours that does not own what it owned has lost it. */
function ownerLeftOut(entry: ArchiveEntry): LeftOut {
  const what = `owner of ${entryName(entry)}`;
  if (isManagedRole(entry.owner)) return { what, why: `${entry.owner} is the vendor's, nothing can be given to it`, missed: false };
  return { what, why: `the role that restores is no member of ${entry.owner}: grant it, and give the object by hand (alter … owner to …)`, missed: true };
}

function givesOwner({ sql, bareSql }: ArchiveEntry): boolean {
  return sql !== bareSql;
}

function judge(entry: ArchiveEntry, target: TargetObjects, absent: ReadonlySet<number>): Verdict {
  const { type, schema, name, owner } = entry;
  if (schema === ledgerSchema || (schema === "" && (name === ledgerSchema || name === `SCHEMA ${ledgerSchema}`))) return "silent";
  switch (type) {
    case "SCHEMA":
      return target.schemas.has(name) ? "silent" : isManagedSchema(name) ? { why: "the vendor's schema" } : "keep";
    case "EXTENSION":
      return judgeExtension(name, target);
    case "PUBLICATION":
      return target.publications.has(name) ? "silent" : "refusable";
    case "SUBSCRIPTION":
      return { why: "it would connect to another server from here: create it by hand where it is wanted" };
    case "DEFAULT ACL":
      return target.ownerRoles.has(owner) ? "keep" : { why: `the default privileges of ${owner} are the vendor's` };
    case "EVENT TRIGGER":
      return isManagedRole(owner) && owner !== "postgres" ? { why: `${owner} is the vendor's` } : "refusable";
    case "COMMENT":
      if (name.startsWith("EXTENSION ")) return "silent";
      break;
    default:
  }
  const place = schema !== "" ? schema : (/^SCHEMA (.*)$/.exec(name)?.[1] ?? "");
  if (isManagedSchema(place)) return judgeManaged(entry, target, absent);
  if (place === migrationsSchema && target.schemas.has(place)) return judgeMigrations(entry, target, absent);
  return refusableTypes.has(type) ? "refusable" : "keep";
}

function judgeExtension(name: string, target: TargetObjects): Verdict {
  if (target.extensions.has(name)) return "silent";
  if (target.availableExtensions.has(name)) return vendorExtensions.has(name) ? "refusable" : "keep";
  if (vendorExtensions.has(name)) return { why: "the vendor's extension, which this server does not have" };
  return { why: "the server does not have it", missed: true };
}

/** In the vendor's schemas only what hangs on its tables is ours: triggers, and policies. */
function judgeManaged({ type, schema, name, owner, dependencies, sql }: ArchiveEntry, target: TargetObjects, absent: ReadonlySet<number>): Verdict {
  if (type === "TRIGGER") return target.triggers.has(`${schema}.${name}`) || runsManaged(sql) ? "silent" : "refusable";
  if (type === "POLICY") return target.policies.has(`${schema}.${name}`) ? "silent" : "refusable";
  if (type === "COMMENT" && /^(TRIGGER|POLICY) /.test(name)) return dependencies.some((id) => absent.has(id)) ? "silent" : "refusable";
  // Something of ours in there is nothing that a project lets us make again.
  const ours = owner === "postgres" && type !== "ACL" && type !== "COMMENT";
  return ours ? { why: `it lies in ${schema}, which is the vendor's; make it by hand where it is wanted` } : "silent";
}

/** A trigger of the vendor on its own table: another version of the platform may have none. */
function runsManaged(sql: string): boolean {
  const schema = /\bEXECUTE (?:FUNCTION|PROCEDURE) "?([^".(]+)"?\./.exec(sql)?.[1];
  return schema !== undefined && isManagedSchema(schema);
}

/** The CLI's own tables: those that are there stay, with what hangs on them. */
function judgeMigrations({ type, schema, name, dependencies }: ArchiveEntry, target: TargetObjects, absent: ReadonlySet<number>): Verdict {
  if (type === "TABLE") return target.relations.has(`${schema}.${name}`) ? "silent" : "keep";
  if (name.startsWith("SCHEMA ")) return "silent";
  return dependencies.some((id) => absent.has(id)) ? "silent" : "keep";
}
