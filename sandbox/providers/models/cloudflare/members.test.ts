/** What Cloudflare refuses about members, and what it lists for them. */
import type { JsonObject } from "../../../world/world";
import { situation } from "../../testing/situation";
import { account } from "../../testing/whole-environment";
import { cloudflare } from "../cloudflare";
import { ExistingThings } from "../existing-things";
import type { FunctionSituation } from "../model";
import { accountGroup, memberGroupId } from "./members";

const member = cloudflare.resources["cloudflare:index/accountMember:AccountMember"]!;
const seed = { cloudflareAccounts: [account] };
const policy = (change: JsonObject = {}): JsonObject => ({
  policies: [
    { access: "allow", permissionGroups: [{ id: memberGroupId("DNS") }], resourceGroups: [{ id: accountGroup(account).id }], ...change },
  ],
});
const taken: JsonObject = { accountId: account, email: "devops@chisanpaper.com", ...policy() };
type Change = { [name: string]: JsonObject[string] | undefined };
const changed = (change: Change): JsonObject =>
  Object.fromEntries(Object.entries({ ...taken, ...change }).filter(([, value]) => value !== undefined)) as JsonObject;
const validate = (change: Change): void => member.validate!(situation(changed(change), { seed }));

test.each<Change>([{}, policy({ permissionGroups: [{ id: memberGroupId("DNS") }, { id: memberGroupId("Cache Purge") }] })])(
  "a member with %j is taken",
  (change) => {
    expect(() => validate(change)).not.toThrow();
  },
);

test.each<[Change, RegExp]>([
  [{ accountId: "1".repeat(32) }, /Could not route to/],
  [{ email: "devops" }, /must be an e-mail address/],
  [{ email: `${"x".repeat(80)}@chisanpaper.com` }, /at most 90 characters/],
  [{ policies: [] }, /at least one policy/],
  [{ policies: undefined, roles: ["069fe803647ed3609e93d041d5df6050"] }, /CHI-S111 .*use policies/],
  [policy({ permissionGroups: [] }), /at least one permission group/],
  [policy({ permissionGroups: [{ id: "0".repeat(32) }] }), /permission group "0+" does not exist/],
  // The group of the same purpose for API tokens ("DNS Write").
  [policy({ permissionGroups: [{ id: "4755a26eedb94da69e1066d98aa820be" }] }), /permission group "4755\w+" does not exist/],
  [policy({ permissionGroups: [{ id: memberGroupId("Domain DNS") }] }), /"Domain DNS" applies to com\.cloudflare\.api\.account\.zone/],
  [policy({ resourceGroups: [{ id: accountGroup("1".repeat(32)).id }] }), /resource group "\w+" does not exist/],
])("a member with %j is refused", (change, words) => {
  let refusal = "";
  try {
    validate(change);
  } catch (error) {
    // The vendor's words come as text in JSON.
    refusal = String(error).replaceAll('\\"', '"');
  }
  expect(refusal).toMatch(words);
});

test("nobody is a member of one account twice, however the address is written", () => {
  const identity = (change: Change): string => member.identity!(changed(change));
  expect(identity({ email: "DevOps@chisanpaper.com" })).toBe(identity({}));
  expect(identity({ accountId: "1".repeat(32) })).not.toBe(identity({}));
  expect((member.duplicate as (inputs: JsonObject) => string)(taken)).toMatch(/devops@chisanpaper\.com is already a member/);
});

describe("Cloudflare's lists", () => {
  const call = (name: string, args: JsonObject): JsonObject => {
    const invoked: FunctionSituation = { args, configuration: {}, world: situation({}).world, existing: new ExistingThings(seed) };
    return cloudflare.functions[`cloudflare:index/${name}:${name}`]!(invoked);
  };

  test("permission groups of members, all or by name", () => {
    const all = call("getAccountPermissionGroups", { accountId: account }).results as JsonObject[];
    expect(all.map(({ name }) => name)).toEqual(expect.arrayContaining(["DNS", "Cache Purge", "Cloudflare R2 Read"]));
    expect(new Set(all.map(({ id }) => id)).size).toBe(all.length);
    expect(call("getAccountPermissionGroups", { accountId: account, name: "DNS" }).results).toEqual([
      { id: "49ce85367bae433b9f0717ed4fea5c74", name: "DNS", meta: { key: "editable", value: "false" } },
    ]);
  });

  test("the resource group of everything in the account", () => {
    const name = `com.cloudflare.api.account.${account}`;
    expect(call("getResourceGroups", { accountId: account, name }).results).toEqual([
      { id: accountGroup(account).id, name, meta: { key: "editable", value: "false" }, scopes: [{ key: name, objects: [{ key: "*" }] }] },
    ]);
    expect(call("getResourceGroups", { accountId: account, name: "other" }).results).toEqual([]);
  });

  test.each(["getAccountPermissionGroups", "getResourceGroups"])("%s: an account that does not exist", (name) => {
    expect(() => call(name, { accountId: "1".repeat(32) })).toThrow(/Could not route to/);
  });
});
