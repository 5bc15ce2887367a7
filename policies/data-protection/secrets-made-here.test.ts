import { judge, unknown } from "../test-support/judge";
import { secretsMadeHere } from "./secrets-made-here";

const maker = { type: "random:index/randomPassword:RandomPassword", name: "maker", inputs: {} };
const secret = (name: string) => ({ type: "gcp:secretmanager/secret:Secret", name, inputs: { secretId: `chisan-prod-${name}` } });
const version = (of: string, dependencies: string[]) => ({
  type: "gcp:secretmanager/secretVersion:SecretVersion",
  name: `${of}-v1`,
  inputs: { secretData: "canary" },
  dependencies,
});
const variable = (key: string, dependencies: string[]) => ({
  type: "vercel:index/projectEnvironmentVariable:ProjectEnvironmentVariable",
  name: key,
  inputs: { key, value: "canary", sensitive: true },
  dependencies,
});

test("what the stack makes passes, and what the catalogue says is given by configuration", async () => {
  const resources = [
    maker,
    secret("jwt-secret"),
    version("jwt-secret", ["jwt-secret", "maker"]),
    secret("backup-identity"),
    version("backup-identity", ["backup-identity"]),
    variable("NEXTAUTH_SECRET", ["maker"]),
    variable("GOOGLE_CLIENT_SECRET", []),
  ];
  expect(await judge(secretsMadeHere, resources)).toEqual({ violations: [], undecided: [] });
});

test("a value from elsewhere is refused, by its name", async () => {
  const project = { type: "vercel:index/project:Project", name: "project", inputs: {} };
  const { violations } = await judge(secretsMadeHere, [
    maker,
    project,
    secret("jwt-secret"),
    version("jwt-secret", ["jwt-secret"]),
    variable("NEXTAUTH_SECRET", ["project"]),
  ]);
  expect(violations.map((each) => each.split(";")[0])).toEqual([
    "jwt-secret-v1: JWT_SECRET comes from nothing that this stack makes",
    "NEXTAUTH_SECRET: NEXTAUTH_SECRET comes from nothing that this stack makes",
  ]);
  expect(violations.join()).not.toContain("canary");
});

test("a value that is not known yet, from nothing that is seen to make it, is not decided", async () => {
  const open = { ...version("jwt-secret", ["jwt-secret"]), inputs: { secretData: unknown } };
  const { violations, undecided } = await judge(secretsMadeHere, [secret("jwt-secret"), open, variable("NEXTAUTH_SECRET", [])]);
  expect(violations).toHaveLength(1);
  expect(undecided).toHaveLength(1);
});

test("a database's password comes from a random one, and from nothing else", async () => {
  const database = (dependencies: string[], databasePassword: unknown = "canary") => ({
    type: "supabase:index/project:Project",
    name: "database",
    inputs: { databasePassword },
    dependencies,
  });
  const token = { type: "cloudflare:index/accountToken:AccountToken", name: "token", inputs: {} };
  expect(await judge(secretsMadeHere, [maker, database(["maker"])])).toEqual({ violations: [], undecided: [] });
  for (const dependencies of [[], ["token"]]) {
    const { violations } = await judge(secretsMadeHere, [token, database(dependencies)]);
    expect(violations).toEqual([expect.stringContaining("database: databasePassword comes from nothing that this stack makes")]);
    expect(violations.join()).not.toContain("canary");
  }
  expect((await judge(secretsMadeHere, [database([], unknown)])).undecided).toHaveLength(1);
});
