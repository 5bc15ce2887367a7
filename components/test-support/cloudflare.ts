/** What Cloudflare's provider answers, for recordings on mocks. */
import * as pulumi from "@pulumi/pulumi";
import type { RecordOptions } from "./mocks";

/** An account's id, as Cloudflare writes it. */
export const testAccount = "0123456789abcdef0123456789abcdef";

/** A token's value: secret, as in the provider's schema. */
export function tokenValue(name: string): string {
  return `value of ${name}`;
}

export const cloudflareMocks: RecordOptions = {
  outputs: ({ type, name }): Record<string, unknown> => {
    if (type === "cloudflare:index/accountToken:AccountToken") return { value: pulumi.secret(tokenValue(name)) };
    if (type === "cloudflare:index/queue:Queue") return { queueId: `${name}_id` };
    if (type === "cloudflare:index/zoneDnssec:ZoneDnssec") return { ds: `${name} DS` };
    return {};
  },
  calls: {
    "cloudflare:index/getAccountApiTokenPermissionGroupsList:getAccountApiTokenPermissionGroupsList": (inputs) => ({
      ...inputs,
      id: "groups",
      results: [
        { id: "id of read", name: "Workers R2 Storage Bucket Item Read", scopes: [inputs.scope] },
        { id: "id of write", name: "Workers R2 Storage Bucket Item Write", scopes: [inputs.scope] },
      ],
    }),
    "cloudflare:index/getAccountPermissionGroups:getAccountPermissionGroups": (inputs) => ({
      ...inputs,
      results: ["Administrator", "Cache Purge", "Cloudflare R2 Admin", "Cloudflare R2 Read", "DNS", "Super Administrator - All Privileges"].map((name) => ({
        id: `id of ${name}`,
        name,
        meta: {},
      })),
    }),
    "cloudflare:index/getResourceGroups:getResourceGroups": (inputs) => ({
      ...inputs,
      results: [{ id: `id of ${String(inputs.name)}`, name: inputs.name, meta: {}, scopes: [] }],
    }),
  },
};

/** The ids of the permission groups, as a stack looks them up. */
export const testPermissions = { read: pulumi.output("id of read"), "read and write": pulumi.output("id of write") };
