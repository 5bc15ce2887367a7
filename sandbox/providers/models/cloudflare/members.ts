/** Members of an account: https://developers.cloudflare.com/fundamentals/manage-members/ and terraform-provider-cloudflare, read 2026-11. */
import type { JsonObject } from "../../../world/world";
import { derivedHex } from "../existing-things";
import { randomHex } from "../ids";
import {
  defaults,
  kept,
  text,
  type FunctionModel,
  type FunctionSituation,
  type ResourceModel,
  type Situation,
  VendorRefusal,
} from "../model";
import { cloudflareError, requireAccount } from "./common";

const accountScope = "com.cloudflare.api.account";
const zoneScope = "com.cloudflare.api.account.zone";

interface Named {
  id: string;
  name: string;
}

/**
 * Some of what can be granted to a member, by the names of …/manage-members/roles/. These are other groups than those of API tokens, and other
 * IDs than those of `roles`. The ID of "DNS" is the vendor's; programs look the others up by name, so here they are the sandbox's own.
 */
const memberGroups: Array<Named & { scope: string }> = [
  ...[
    "Administrator",
    "Administrator Read Only",
    "Analytics",
    "Audit Logs Viewer",
    "Billing",
    "Cache Purge",
    "Cloudflare R2 Admin",
    "Cloudflare R2 Read",
    "DNS",
    "Firewall",
    "Super Administrator - All Privileges",
    "Workers Platform (Read-only)",
    "Workers Platform Admin",
  ].map((name) => ({ name, scope: accountScope })),
  ...["Cache Domain Purge", "Domain Administrator", "Domain Administrator Read Only", "Domain DNS"].map((name) => ({
    name,
    scope: zoneScope,
  })),
].map(({ name, scope }) => ({
  id: name === "DNS" ? "49ce85367bae433b9f0717ed4fea5c74" : derivedHex(`cloudflare member's permission group ${name}`, 32),
  name,
  scope,
}));

/** @throws Error for a name that is not in the list above */
export function memberGroupId(name: string): string {
  const group = memberGroups.find((each) => each.name === name);
  if (group === undefined) throw new Error(`the sandbox knows no member's permission group "${name}"`);
  return group.id;
}

/** Every account has one for all that is in it, with the account's own name. */
export function accountGroup(accountId: string): Named {
  const name = `${accountScope}.${accountId}`;
  return { id: derivedHex(`cloudflare resource group ${name}`, 32), name };
}

interface Policy {
  access: string;
  permissionGroups: Array<{ id: string }>;
  resourceGroups: Array<{ id: string }>;
}

function validateMember(situation: Situation): void {
  requireAccount(situation);
  const email = text(situation.inputs, "email");
  // https://developers.cloudflare.com/api/resources/accounts/subresources/members/methods/create/: 90 characters
  if (email.length > 90 || !/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(email))
    throw cloudflareError(400, 1001, `email must be an e-mail address of at most 90 characters, got ${JSON.stringify(email)}`);
  if (situation.inputs.roles !== undefined && situation.inputs.policies === undefined)
    throw new VendorRefusal("CHI-S111 the sandbox knows the permission groups of policies, not the older roles: use policies");
  const policies = (situation.inputs.policies ?? []) as unknown as Policy[];
  if (policies.length === 0) throw cloudflareError(400, 1001, "a member needs at least one policy");
  for (const policy of policies) validatePolicy(policy, accountGroup(text(situation.inputs, "accountId")));
}

function validatePolicy({ permissionGroups, resourceGroups }: Policy, ofAccount: Named): void {
  if (permissionGroups.length === 0 || resourceGroups.length === 0)
    throw cloudflareError(400, 1001, "a policy needs at least one permission group and one resource group");
  for (const { id } of resourceGroups) if (id !== ofAccount.id) throw cloudflareError(400, 1001, `resource group "${id}" does not exist`);
  for (const { id } of permissionGroups) {
    const group = memberGroups.find((each) => each.id === id);
    if (!group) throw cloudflareError(400, 1001, `permission group "${id}" does not exist`);
    // …/manage-members/scope/: for all of an account, only what is scoped to accounts
    if (group.scope !== accountScope)
      throw cloudflareError(
        400,
        1001,
        `permission group "${group.name}" applies to ${group.scope}, which the policy's resource groups have none of`,
      );
  }
}

export const members: { [token: string]: ResourceModel } = {
  "cloudflare:index/accountMember:AccountMember": {
    identity: (properties) => `${text(properties, "accountId")}/${text(properties, "email").toLowerCase()}`,
    duplicate: (inputs) => cloudflareError(409, 1004, `${text(inputs, "email")} is already a member of this account`).message,
    validate: validateMember,
    id: (situation) => kept(situation, "id", () => randomHex(32)) as string,
    computed: (situation) => ({
      ...defaults(situation.inputs, { roles: [], status: "pending" }),
      user: kept(situation, "user", () => ({
        email: text(situation.inputs, "email"),
        firstName: "",
        id: randomHex(32),
        lastName: "",
        twoFactorAuthenticationEnabled: false,
      })),
    }),
    importIds: (outputs) => [`${text(outputs, "accountId")}/${String(outputs.id)}`],
  },
};

function accountOf({ args, existing }: FunctionSituation): string {
  const account = String(args.accountId ?? "");
  if (!existing.hasCloudflareAccount(account)) throw cloudflareError(404, 7003, `Could not route to /client/v4/accounts/${account}`);
  return account;
}

/** Those that match the filters, as the list functions return them. */
function listed(args: JsonObject, groups: Named[], of: (group: Named) => JsonObject): JsonObject {
  const results = groups
    .filter(({ id, name }) => (args.id === undefined || args.id === id) && (args.name === undefined || args.name === name))
    .map((group) => ({ id: group.id, name: group.name, meta: { key: "editable", value: "false" }, ...of(group) }));
  return { ...args, results: results.slice(0, typeof args.maxItems === "number" ? args.maxItems : 1000) };
}

export const memberFunctions: { [token: string]: FunctionModel } = {
  "cloudflare:index/getAccountPermissionGroups:getAccountPermissionGroups": (situation) => {
    accountOf(situation);
    if (situation.args.label !== undefined)
      throw new VendorRefusal("CHI-S111 the sandbox knows no labels of permission groups: look them up by name");
    return listed(situation.args, memberGroups, () => ({}));
  },
  "cloudflare:index/getResourceGroups:getResourceGroups": (situation) =>
    listed(situation.args, [accountGroup(accountOf(situation))], ({ name }) => ({ scopes: [{ key: name, objects: [{ key: "*" }] }] })),
};
