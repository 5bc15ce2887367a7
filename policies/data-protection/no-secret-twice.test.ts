import { policyCases } from "../least-privilege/testing/mutations";
import { judge } from "../test-support/judge";
import { noSecretTwice } from "./no-secret-twice";

const secret = (name: string) => ({ type: "gcp:secretmanager/secret:Secret", name, inputs: { secretId: `chisan-prod-${name}` } });
const version = (of: string, secretData: string) => ({
  type: "gcp:secretmanager/secretVersion:SecretVersion",
  name: `${of}-v1`,
  inputs: { secretData },
  dependencies: [of],
});
const compliant = [
  secret("jwt-secret"),
  secret("nextauth-secret"),
  version("jwt-secret", "canary-1"),
  version("nextauth-secret", "canary-2"),
  // The same secret, at the vendor of the web app.
  {
    type: "vercel:index/projectEnvironmentVariable:ProjectEnvironmentVariable",
    name: "web",
    inputs: { key: "NEXTAUTH_SECRET", value: "canary-2", sensitive: true },
  },
  { type: "supabase:index/project:Project", name: "database", inputs: { databasePassword: "canary-3" } },
];

policyCases(noSecretTwice, {
  compliant,
  refused: [
    ["nextauth-secret-v1", "secretData", "canary-1", "nextauth-secret-v1: NEXTAUTH_SECRET has the same value as JWT_SECRET"],
    ["web", "value", "canary-1", "web: NEXTAUTH_SECRET has the same value as JWT_SECRET"],
    ["database", "databasePassword", "canary-1", "database: DATABASE_PASSWORD has the same value as JWT_SECRET"],
  ],
  undecided: [["jwt-secret-v1", "secretData"]],
});

test("no message has a value in it", async () => {
  const { violations } = await judge(
    noSecretTwice,
    [...compliant, version("jwt-secret", "canary-2")].map((each) =>
      each.name === "database" ? { ...each, inputs: { databasePassword: "canary-2" } } : each,
    ),
  );
  expect(violations.length).toBeGreaterThan(0);
  expect(violations.join()).not.toContain("canary");
});
