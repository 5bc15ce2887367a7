import { independently, stackPolicy, type StackResource } from "../framework/policy";
import { eachKnown, record, shown } from "./reading/properties";

const token = "cloudflare:index/accountToken:AccountToken";

/** "Workers R2 Storage Bucket Item Write" and "Workers R2 Storage Write" (https://developers.cloudflare.com/fundamentals/api/reference/permissions/). */
const writing = ["2efd5506f9c8494dacb1fa10a3e7d5b6", "bf7481a1826f439697cb59a20b22293e"];

export const readersDoNotWrite = stackPolicy({
  id: "readers-do-not-write",
  title: "A token that is named a reader has no permission of a token that writes",
  severity: "high",
  section: "2.5",
  why: "restore tests and drills run with the reader's token: with a writer's they could replace the backups that they check",
  remediation: 'give the reader permission: "read" (R2Credentials in components/backup-vault.ts)',
  check: (resources, report) => {
    const tokens = resources.filter(({ type }) => type === token);
    const readers = tokens.filter(({ name }) => isReader(name));
    if (readers.length === 0) return;
    // The vendor's ids, and whatever a writer has here.
    const write = new Set(writing);
    const learn = tokens.filter(({ name }) => /(^|-)writer(-|$)/.test(name)).map((one) => () => eachPermission(one, (id) => write.add(id)));
    const judge = readers.map((one) => () =>
      eachPermission(one, (id) => {
        if (write.has(id)) report(`${one.name} has the permission ${shown(id)}, which a writing token has; allowed: the right to read alone`, one);
      }),
    );
    independently(...learn, ...judge);
  },
});

function isReader(name: string): boolean {
  return /(^|-)reader(-|$)/.test(name);
}

function eachPermission({ props }: StackResource, found: (id: string) => void): void {
  eachKnown(props["policies"], (policy) => eachKnown(record(policy)["permissionGroups"], (group) => found(String(record(group)["id"]))));
}
