import { bucketResource } from "../../components/r2-credentials";
import { cloudflareTokenScope } from "./cloudflare-token-scope";
import { policyCases } from "./testing/mutations";

const account = "3066c3e024dbea59eab8af2ea956e03c";
const resources = bucketResource(account, "chisan-files");

policyCases(cloudflareTokenScope, {
  compliant: [
    {
      type: "cloudflare:index/accountToken:AccountToken",
      name: "token",
      inputs: { policies: [{ effect: "allow", permissionGroups: [{ id: "one" }], resources }] },
    },
  ],
  refused: [
    ["token", "policies", [], "the token has no policy"],
    ["token", "policies[0].effect", "deny", 'effect is "deny"'],
    ["token", "policies[0].permissionGroups", [{ id: "a" }, { id: "b" }], "has 2 permission groups"],
    ["token", "policies[0].permissionGroups", [], "has 0 permission groups"],
    ...[
      { [`com.cloudflare.api.account.${account}`]: "*" },
      { "com.cloudflare.api.account.*": "*" },
      { [`com.cloudflare.edge.r2.bucket.${account}_default_*`]: "*" },
      { [`com.cloudflare.edge.r2.bucket.*`]: "*" },
      { "com.cloudflare.api.account.zone.*": "*" },
      { [`com.cloudflare.api.account.${account}`]: { "com.cloudflare.api.account.zone.*": "*" } },
      { "com.cloudflare.api.user.1": "*" },
    ].map(
      (wide) =>
        [
          "token",
          "policies[0].resources",
          JSON.stringify(wide),
          `resources has ${JSON.stringify(Object.keys(wide)[0])}; allowed: one bucket, one zone`,
        ] as const,
    ),
    ["token", "policies[0].resources", "{}", "resources names nothing"],
    ["token", "policies[0].resources", "*", 'resources is "*"'],
    ["token", "policies[0].resources", `{"com.cloudflare.edge.r2.bucket.${account}_default_a":{}}`, "resources has an object below"],
  ],
  allowed: [["token", "policies[0].resources", `{"com.cloudflare.api.account.zone.${account}":"*"}`]],
  undecided: [
    ["token", "policies[0].resources"],
    ["token", "policies[0].permissionGroups"],
    ["token", "policies"],
  ],
});
