import { policyCases } from "./testing/mutations";
import { signed } from "./testing/signed";
import { judge } from "../test-support/judge";
import { vercelSecretsSensitive } from "./vercel-secrets-sensitive";

const type = "vercel:index/projectEnvironmentVariable:ProjectEnvironmentVariable";

policyCases(vercelSecretsSensitive, {
  compliant: [
    { type, name: "secret", inputs: { key: "NEXTAUTH_SECRET", sensitive: true, value: "canary" } },
    { type, name: "public", inputs: { key: "API_URL", sensitive: false, value: "https://api.chisan.app" } },
    { type, name: "anon", inputs: { key: "NEXT_PUBLIC_SUPABASE_ANON_KEY", sensitive: false, value: "anon" } },
    {
      type: "vercel:index/projectEnvironmentVariables:ProjectEnvironmentVariables",
      name: "several",
      inputs: {
        variables: [
          { key: "A", sensitive: false },
          { key: "JWT_SECRET", sensitive: true },
        ],
      },
    },
    { type: "vercel:index/project:Project", name: "project", inputs: { environments: [{ key: "SOME_TOKEN", sensitive: true }] } },
  ],
  refused: [
    ["secret", "sensitive", false, "NEXTAUTH_SECRET has sensitive: false; allowed: true"],
    ["secret", "sensitive", undefined, "NEXTAUTH_SECRET has sensitive: nothing"],
    ["public", "key", "DATABASE_URL", "DATABASE_URL has sensitive: false"],
    ["public", "key", "STRIPE_API_KEY", "STRIPE_API_KEY has sensitive: false"],
    ["several", "variables[1].sensitive", false, "JWT_SECRET has sensitive: false"],
    ["anon", "value", signed("service_role"), "NEXT_PUBLIC_SUPABASE_ANON_KEY has a token of the role service_role in its value"],
    ["anon", "value", signed("authenticated"), "has a token of the role authenticated in its value"],
    ["anon", "value", `https://api.chisan.app/?apikey=${signed("service_role")}`, "has a token of the role service_role in its value"],
    ["anon", "value", "sb_secret_canary", "has a secret key of Supabase in its value"],
    ["anon", "value", `${signed("anon").split(".")[0]}.e30.c2ln`, "has a token that is not of the role anon in its value"],
    ["anon", "value", `${signed("anon").split(".")[0]}.broken.c2ln`, "has a token that is not of the role anon in its value"],
    ["anon", "value", `${signed("anon")} ${signed("service_role")}`, "has a token of the role service_role in its value"],
    ["public", "value", "postgresql://:canary@db", "API_URL has a password in an address in its value, and sensitive: false"],
    ["project", "environments[0].sensitive", false, "SOME_TOKEN has sensitive: false"],
  ],
  allowed: [
    ["anon", "value", signed("anon")],
    ["public", "value", "https://key@o1.ingest.sentry.io/1"],
  ],
  undecided: [
    ["anon", "value"],
    ["secret", "sensitive"],
    ["several", "variables"],
  ],
});

test("no message has a part of a value in it", async () => {
  const inputs = { key: "NEXT_PUBLIC_SUPABASE_ANON_KEY", sensitive: false, value: signed("canary") };
  const { violations } = await judge(vercelSecretsSensitive, [{ type, name: "anon", inputs }]);
  expect(violations).toHaveLength(1);
  for (const part of ["canary", ...signed("canary").split(".")]) expect(violations.join()).not.toContain(part);
});
