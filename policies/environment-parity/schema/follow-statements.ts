/** Which tables are there after a sequence of statements, and whether row level security is on: PostgreSQL's rules, on its parser's trees. */

import { RightsFollower, type Bypass } from "./follow-rights";
import { harmlessKinds, isOpaque, opaqueCall, opaqueFunction } from "./opaque-code";
import { isOfEveryone, policyOf, type FollowedPolicy } from "./policy-of-everyone";
import { items, list, option, record, roleName, text, type Node, type Statement } from "./tree";

export type { Statement } from "./tree";

export interface FollowedTable {
  readonly kind: "table" | "foreign table" | "materialized view" | "view";
  /** Of a table: `enable row level security`. Of a view: that it reads with the rights of who asks (`security_invoker`). */
  readonly secured: boolean;
  /** Names, sorted. */
  readonly policies: readonly string[];
  /** Of these, the ones that let in whoever has the anon key. */
  readonly open: readonly string[];
  /** The file that made it. */
  readonly file: string;
}

export interface FollowedSchema {
  /** By `schema.name`. */
  readonly tables: Readonly<Record<string, FollowedTable>>;
  /** Statements whose effect on tables cannot be read from their text, and what to write in their place. */
  readonly opaque: readonly Bypass[];
  /** What passes row level security, or brings tables that no statement names, and was not undone. */
  readonly bypasses: readonly Bypass[];
}

interface Table {
  kind: FollowedTable["kind"];
  secured: boolean;
  policies: Map<string, FollowedPolicy>;
  file: string;
}

/** Follows files in their order; each is a session of its own, as `supabase db push` applies them. */
export function followStatements(files: Readonly<Record<string, readonly Statement[]>>): FollowedSchema {
  const follower = new Follower();
  for (const [file, statements] of Object.entries(files)) {
    follower.begin(file);
    for (const statement of statements) follower.follow(statement);
  }
  const tables = [...follower.tables].map(([name, { policies, ...table }]) => {
    const names = [...policies.keys()].sort();
    const open = names.filter((policy) => isOfEveryone(policies.get(policy) as FollowedPolicy));
    return [name, { ...table, policies: names, open }];
  });
  return { tables: Object.fromEntries(tables) as Record<string, FollowedTable>, opaque: follower.opaque, bypasses: follower.rights.bypasses() };
}

/** Roles that anybody's request comes as. */
const callers = ["anon", "authenticated", "authenticator", "public"];

/** Kinds that call functions while they run. */
const runsQuery: ReadonlySet<string> = new Set(["SelectStmt", "CallStmt", "InsertStmt", "UpdateStmt", "DeleteStmt", "MergeStmt", "CreateTableAsStmt", "PrepareStmt", "ExecuteStmt"]);

class Follower {
  readonly tables = new Map<string, Table>();
  readonly opaque: Bypass[] = [];
  readonly rights = new RightsFollower(
    () => this.file,
    () => this.currentSchema,
  );
  /** Those of Supabase, and those that statements made. */
  private readonly schemas = new Set(["public", "extensions", "auth", "storage"]);
  private file = "";
  private currentSchema = "public";

  begin(file: string): void {
    this.file = file;
    this.currentSchema = "public";
  }

  follow(statement: Statement): void {
    for (const [kind, node] of Object.entries(statement)) {
      const rules = [this.rules[kind], this.rights.rules[kind]].filter((rule) => rule !== undefined);
      for (const rule of rules) rule(node);
      if (rules.length === 0 && !harmlessKinds.has(kind)) this.cannotFollow(`a statement of the kind ${kind}`, "write it with statements that policies/environment-parity/schema follows");
      const call = runsQuery.has(kind) ? opaqueCall(node) : undefined;
      if (call !== undefined) this.cannotFollow(call);
    }
  }

  private cannotFollow(what: string, instead = "write plain statements"): void {
    this.opaque.push({ file: this.file, what, instead });
  }

  /** By kind of statement; of the other kinds, see harmlessKinds and RightsFollower. */
  private readonly rules: Readonly<Record<string, (node: Node) => void>> = {
    CreateStmt: (node) => this.create(node["relation"], "table", node["if_not_exists"] === true),
    CreateForeignTableStmt: (node) => this.create(record(node["base"])["relation"], "foreign table", record(node["base"])["if_not_exists"] === true),
    CreateTableAsStmt: (node) =>
      this.create(record(node["into"])["rel"], node["objtype"] === "OBJECT_MATVIEW" ? "materialized view" : "table", node["if_not_exists"] === true),
    SelectStmt: (node) => {
      if (node["intoClause"] !== undefined) this.create(record(node["intoClause"])["rel"], "table", false);
    },
    ViewStmt: (node) => this.create(node["view"], "view", false, list(node["options"]).some(isSecurityInvoker)),
    CreateSchemaStmt: (node) => {
      const before = this.currentSchema;
      // `create schema authorization r` has the role's name.
      const name = String(node["schemaname"] ?? roleName(node["authrole"]));
      this.schemas.add(name);
      this.currentSchema = name;
      for (const element of list(node["schemaElts"])) this.follow(element as Statement);
      this.currentSchema = before;
    },
    AlterTableStmt: (node) => {
      const table = this.tables.get(this.nameOf(node["relation"]));
      for (const command of list(node["cmds"]).map((one) => record(record(one)["AlterTableCmd"]))) {
        if (table === undefined) continue;
        if (command["subtype"] === "AT_EnableRowSecurity") table.secured = true;
        if (command["subtype"] === "AT_DisableRowSecurity") table.secured = false;
        if (command["subtype"] === "AT_ChangeOwner") this.ownedBy(command["newowner"]);
        if (table.kind !== "view") continue;
        const invoker = items(command["def"]).some((one) => optionName(one) === "security_invoker");
        if (invoker) table.secured = command["subtype"] === "AT_SetRelOptions" && items(command["def"]).some(isSecurityInvoker);
      }
    },
    CreatePolicyStmt: (node) => void this.tables.get(this.nameOf(node["table"]))?.policies.set(String(node["policy_name"]), policyOf(node)),
    AlterPolicyStmt: (node) => {
      const [policies, name] = [this.tables.get(this.nameOf(node["table"]))?.policies, String(node["policy_name"])];
      policies?.set(name, policyOf(node, policies.get(name)));
    },
    AlterOwnerStmt: (node) => this.ownedBy(node["newowner"]),
    CreateFunctionStmt: (node) => {
      const what = opaqueFunction(node);
      if (what !== undefined) this.cannotFollow(what, "make the tables, policies and rights with plain statements, and functions in sql or plpgsql without them");
    },
    CallStmt: (node) => {
      const name = list(record(node["funccall"])["funcname"]).map(text);
      if (!this.rights.isMade(name)) this.cannotFollow(`a call of ${name.join(".")}, which no migration makes`);
    },
    ImportForeignSchemaStmt: (node) => {
      if (node["local_schema"] === "public") this.cannotFollow("an import of a foreign schema into public, whose tables the other server names", "import it into a schema of its own");
    },
    TransactionStmt: (node) => {
      if (String(node["kind"]).startsWith("TRANS_STMT_ROLLBACK")) this.cannotFollow("a rollback, which undoes statements before it", "leave out both");
    },
    RenameStmt: (node) => this.rename(node),
    AlterObjectSchemaStmt: (node) => {
      if (isTable(node["objectType"])) this.move(this.nameOf(node["relation"]), `${String(node["newschema"])}.${String(record(node["relation"])["relname"])}`);
    },
    DropStmt: (node) => this.drop(node),
    VariableSetStmt: (node) => {
      if (node["name"] !== "search_path" && node["kind"] !== "VAR_RESET_ALL") return;
      if (node["is_local"] === true) this.cannotFollow("a search path for one transaction", "set search_path, or write the schema with each name");
      const path = list(node["args"]).map((one) => String(record(record(record(one)["A_Const"])["sval"])["sval"]));
      // The first that is there; a role has no schema of its own name.
      this.currentSchema = (node["kind"] === "VAR_SET_VALUE" ? path.find((name) => this.schemas.has(name)) : undefined) ?? "public";
    },
    DiscardStmt: () => {
      this.currentSchema = "public";
    },
    DoStmt: (node) => {
      const language = option(node["args"], "language");
      if (language !== undefined && text(language) !== "plpgsql") this.cannotFollow(`a DO block in the language ${text(language)}`);
      else if (isOpaque(text(option(node["args"], "as")))) this.cannotFollow("a DO block that may change tables");
    },
  };

  private create(relation: unknown, kind: Table["kind"], ifNotExists: boolean, secured = false): void {
    // Temporary ones end with the session.
    if (record(relation)["relpersistence"] === "t") return;
    const name = this.nameOf(relation);
    if (ifNotExists && this.tables.has(name)) return;
    this.tables.set(name, { kind, secured, policies: new Map(), file: this.file });
  }

  /** An owner passes row level security, and may switch it off. */
  private ownedBy(role: unknown): void {
    const owner = roleName(role);
    if (callers.includes(owner)) this.cannotFollow(`an object that ${owner} owns, for which the REST API works`, "leave it to the role that migrates");
  }

  private rename(node: Node): void {
    const kind = node["renameType"];
    if (isTable(kind)) {
      const from = this.nameOf(node["relation"]);
      this.move(from, `${from.slice(0, from.indexOf("."))}.${String(node["newname"])}`);
    } else if (kind === "OBJECT_POLICY") {
      const policies = this.tables.get(this.nameOf(node["relation"]))?.policies;
      const policy = policies?.get(String(node["subname"]));
      if (policy === undefined) return;
      policies?.delete(String(node["subname"]));
      policies?.set(String(node["newname"]), policy);
    } else if (kind === "OBJECT_ROLE") {
      if (callers.includes(String(node["newname"]))) this.cannotFollow(`a role that becomes ${String(node["newname"])}, for which the REST API works`, "grant it what it needs");
    } else if (kind === "OBJECT_SCHEMA") {
      if (node["newname"] === "public") this.cannotFollow("a schema that becomes public, with all that is in it", "move table by table");
      this.schemas.delete(String(node["subname"]));
      this.schemas.add(String(node["newname"]));
      const prefix = `${String(node["subname"])}.`;
      for (const name of [...this.tables.keys()]) {
        if (name.startsWith(prefix)) this.move(name, `${String(node["newname"])}.${name.slice(prefix.length)}`);
      }
    }
  }

  private move(from: string, to: string): void {
    const table = this.tables.get(from);
    if (table === undefined) return;
    this.tables.delete(from);
    this.tables.set(to, table);
  }

  private drop(node: Node): void {
    for (const object of list(node["objects"])) {
      const path = record(object)["List"] === undefined ? [text(object)] : items(object).map(text);
      if (isTable(node["removeType"])) this.tables.delete(this.qualified(path));
      if (node["removeType"] === "OBJECT_POLICY") this.tables.get(this.qualified(path.slice(0, -1)))?.policies.delete(path.at(-1) ?? "");
      if (node["removeType"] !== "OBJECT_SCHEMA") continue;
      this.schemas.delete(path[0] ?? "");
      for (const name of [...this.tables.keys()]) if (name.startsWith(`${path[0] ?? ""}.`)) this.tables.delete(name);
    }
  }

  private nameOf(relation: unknown): string {
    const { schemaname, relname } = record(relation);
    return this.qualified([...(schemaname === undefined ? [] : [String(schemaname)]), String(relname)]);
  }

  private qualified(path: readonly string[]): string {
    return path.length > 1 ? path.slice(-2).join(".") : `${this.currentSchema}.${path[0] ?? ""}`;
  }
}

function isTable(kind: unknown): boolean {
  return ["OBJECT_TABLE", "OBJECT_FOREIGN_TABLE", "OBJECT_MATVIEW", "OBJECT_VIEW"].includes(String(kind));
}

function optionName(one: unknown): string {
  return String(record(record(one)["DefElem"])["defname"]);
}

/** `security_invoker`, `security_invoker = true`, `= on`, `= 1`. */
function isSecurityInvoker(one: unknown): boolean {
  if (optionName(one) !== "security_invoker") return false;
  const argument = record(record(one)["DefElem"])["arg"];
  if (argument === undefined) return true;
  const value = record(argument);
  const said = value["Boolean"] ?? value["String"] ?? value["Integer"] ?? value["TypeName"];
  return /"(boolval|sval)":("(true|on|yes|1)"|true)|"ival":1\b/.test(JSON.stringify(said ?? {}));
}
