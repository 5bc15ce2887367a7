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

describe("a data key that came with its data", () => {
  const bytes = (name: string) => ({ type: "random:index/randomBytes:RandomBytes", name, inputs: {} });
  const key = [secret("encryption-key"), version("encryption-key", ["encryption-key"])];
  const found = async (resources: Parameters<typeof judge>[1], stack: string) => (await judge(secretsMadeHere, resources, stack)).violations.map((each) => each.split(" comes")[0]);

  test.each(["prod", "chisan-dr"])("passes in %s, which nothing made one for", async (stack) => {
    expect(await judge(secretsMadeHere, key, stack)).toEqual({ violations: [], undecided: [] });
    // While it rotates: the generation that is made here is another.
    expect(await found([...key, bytes("encryption-key-g2")], stack)).toEqual([]);
  });

  test("is refused where one was made and is not what is kept, in staging, and for any other secret", async () => {
    expect(await found([...key, bytes("encryption-key-g1")], "prod")).toEqual(["encryption-key-v1: ENCRYPTION_KEY"]);
    expect(await found(key, "staging")).toEqual(["encryption-key-v1: ENCRYPTION_KEY"]);
    expect(await found([secret("jwt-secret"), version("jwt-secret", ["jwt-secret"])], "chisan-dr")).toEqual(["jwt-secret-v1: JWT_SECRET"]);
  });
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

describe("once it is known what a random resource made", () => {
  const made = { type: "random:index/randomPassword:RandomPassword", name: "made", inputs: { result: "canary-made" } };
  const bytes = { type: "random:index/randomBytes:RandomBytes", name: "bytes", inputs: { base64: "canary-bytes", hex: "canary-hex" } };
  const holding = (secretData: unknown, dependencies: string[]) => ({ ...version("jwt-secret", ["jwt-secret", ...dependencies]), inputs: { secretData } });
  const judged = (...resources: Parameters<typeof judge>[1]) => judge(secretsMadeHere, [made, bytes, secret("jwt-secret"), ...resources]);

  test("that passes, from each output", async () => {
    const web = { ...variable("NEXTAUTH_SECRET", ["made"]), inputs: { key: "NEXTAUTH_SECRET", value: "canary-made", sensitive: true } };
    const pass = [holding("canary-made", ["made"]), { ...holding("canary-bytes", ["bytes"]), name: "second" }, web];
    expect(await judged(...pass)).toEqual({ violations: [], undecided: [] });
  });

  test("another value is refused, although it depends on one", async () => {
    const web = { ...variable("NEXTAUTH_SECRET", ["made"]), inputs: { key: "NEXTAUTH_SECRET", value: "canary-3", sensitive: true } };
    const database = { type: "supabase:index/project:Project", name: "database", inputs: { databasePassword: "canary-4" }, dependencies: ["made"] };
    const { violations } = await judged(
      holding("canary-1", ["made", "bytes"]),
      // A part of it, too: what was made is not what is kept.
      { ...holding("canary-m", ["made"]), name: "cut" },
      { ...holding(undefined, ["made"]), name: "empty" },
      web,
      database,
    );
    expect(violations.map((each) => each.split(";")[0])).toEqual([
      "jwt-secret-v1: JWT_SECRET is not what made, bytes made",
      "cut: JWT_SECRET is not what made made",
      "empty: JWT_SECRET is not what made made",
      "NEXTAUTH_SECRET: NEXTAUTH_SECRET is not what made made",
      "database: databasePassword is not what made made",
    ]);
    expect(violations.join()).not.toContain("canary");
  });

  test("a token makes no secret that is to be random", async () => {
    const token = { type: "cloudflare:index/accountToken:AccountToken", name: "token", inputs: {} };
    const { violations } = await judged(token, holding("canary-1", ["token"]));
    expect(violations).toEqual([expect.stringContaining("JWT_SECRET comes from nothing that this stack makes")]);
  });

  test("what is not known yet, on either side, is not decided", async () => {
    expect((await judged(holding(unknown, ["made"]))).undecided).toHaveLength(1);
    const open = { ...made, inputs: { result: unknown } };
    expect((await judge(secretsMadeHere, [open, secret("jwt-secret"), holding("canary-1", ["made"])])).undecided).toHaveLength(1);
  });
});
