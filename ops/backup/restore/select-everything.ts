/** Which entries go into a scratch database: all, without their owners; the vendor's as far as the server lets us. Pure. */
import type { ArchiveEntry } from "./archive-entries";
import type { KeptEntry, LeftOut, Selection, TargetObjects } from "./select-entries";
import { isManagedRole, isManagedSchema, ledgerSchema, vendorExtensions } from "./vendor";

/** Types that a role without superuser's rights, or a database beside the platform's own, may be refused; none holds rows of ours. */
const refusableTypes = new Set(["EVENT TRIGGER", "PUBLICATION", "PUBLICATION TABLE", "PUBLICATION TABLES IN SCHEMA", "FOREIGN DATA WRAPPER", "SERVER", "USER MAPPING", "SECURITY LABEL"]);

export function selectEverything(entries: readonly ArchiveEntry[], before: TargetObjects): Selection {
  const kept: KeptEntry[] = [];
  const leftOut: LeftOut[] = [];
  for (const entry of entries) {
    const { type, schema, name, owner } = entry;
    const place = schema !== "" ? schema : type === "SCHEMA" ? name : (/^SCHEMA (.*)$/.exec(name)?.[1] ?? "");
    if (place === ledgerSchema || (type === "SCHEMA" && before.schemas.has(name)) || (type === "COMMENT" && name.startsWith("EXTENSION "))) continue;
    if (type === "EXTENSION" && before.extensions.has(name)) continue;
    if (type === "EXTENSION" && !before.availableExtensions.has(name)) {
      leftOut.push({ what: `extension ${name}`, why: "the server does not have it", missed: !vendorExtensions.has(name) });
      continue;
    }
    if (type === "SUBSCRIPTION") {
      leftOut.push({ what: `subscription ${name}`, why: "it would connect to another server from here", missed: false });
      continue;
    }
    // Rights of roles to come, and on the vendor's things: they hang on owners, which nothing has here.
    if (type === "DEFAULT ACL" || (type === "ACL" && isManagedSchema(place))) continue;
    const managed = isManagedSchema(place) || (owner !== "postgres" && isManagedRole(owner));
    const structural = type === "SCHEMA" || type === "TABLE";
    kept.push({ entry, owned: false, refusable: refusableTypes.has(type) || (type === "EXTENSION" && vendorExtensions.has(name)) || (managed && !structural), outgoing: false });
  }
  return { kept, leftOut };
}
