/** No secret leaves its place: neither one that is configured nor one that is generated is printed, logged or kept in plain text. */
import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { environmentVariables } from "../../config/environment-variables";
import { filesBelow, TestSandbox } from "./support/test-sandbox";

const stacks = ["dev", "staging"] as const;
/** Shorter texts are found by chance; every secret of ours is longer. */
const shortest = 16;

describe("secrets", () => {
  const canary = `GOCSPX-canary-${randomBytes(24).toString("hex")}`;
  const printed: Record<string, string> = {};
  const secrets = new Map<string, string>();
  let sandbox: TestSandbox;
  let temporary: string;

  beforeAll(() => {
    sandbox = new TestSandbox();
    temporary = join(sandbox.directory, "tmp");
    mkdirSync(temporary);
    sandbox.environment["TMPDIR"] = temporary;
  });
  afterAll(() => sandbox.dispose());

  async function record(title: string, ended: { code: number | null; text: string }): Promise<void> {
    printed[title] = ended.text;
    if (ended.code !== 0) throw new Error(`${title} ended with ${ended.code}: ${ended.text}`);
  }

  test.each(stacks)("%s comes up with a configured secret, through every command that prints", async (stack) => {
    await record(`env ${stack}`, await sandbox.bash(`pulumi config set --secret -s ${stack} chisan:googleClientSecret '${canary}'`));
    await record(`up ${stack}`, await sandbox.chisan("up", stack, "--", "--diff"));
    await record(`refresh ${stack}`, await sandbox.chisan("refresh", stack, "--json"));
    await record(`output ${stack}`, await sandbox.chisan("output", stack, "--json"));
    await record(`config and export ${stack}`, await sandbox.bash(`pulumi config -s ${stack}; pulumi stack export -s ${stack}`));
  });

  test("a changed secret is an update that does not show it", async () => {
    // The old and the new value are both in the engine's hands.
    const changed = `GOCSPX-canary-${randomBytes(24).toString("hex")}`;
    secrets.set("the changed configuration value", changed);
    await record("config set staging", await sandbox.bash(`pulumi config set --secret -s staging chisan:googleClientSecret '${changed}'`));
    await record("preview staging", await sandbox.chisan("preview", "staging", "--", "--diff"));
    await record("preview staging --json", await sandbox.chisan("preview", "staging", "--json"));
    await record("up staging --json", await sandbox.chisan("up", "staging", "--json"));
    expect(printed["up staging --json"]).toMatch(/"result":"\d+ (updated|replaced)/);
  });

  test("a failing run names the property, not the secret", async () => {
    const ended = await sandbox.bash("pulumi config set --plaintext -s staging chisan:googleClientSecret '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789abcdef'; pulumi preview -s staging");
    expect(ended.code).not.toBe(0);
    expect(ended.text).toMatch(/CHI-K003 chisan:googleClientSecret/);
    expect(ended.text).not.toContain("canary-in-plain-text");
    await record("config set staging again", await sandbox.bash(`pulumi config set --secret -s staging chisan:googleClientSecret '${canary}'`));
  });

  test("all secrets are known to this test", async () => {
    secrets.set("the configuration value", canary);
    for (const stack of stacks) {
      const shown = await sandbox.pulumi(["stack", "export", "--show-secrets", "-s", stack]);
      for (const [index, text] of plaintexts(JSON.parse(shown.stdout) as Exported).entries()) secrets.set(`secret ${index} in the state of ${stack}`, text);
    }
    for (const line of readFileSync(sandbox.envFile, "utf8").split("\n")) {
      const [, name = "", value = ""] = /^([A-Z0-9_]+)=(.*)$/.exec(line) ?? [];
      const secret = name !== "" && !isPublic(name);
      // The local database's password is the Supabase CLI's own, the same on every machine and in its documentation.
      if (secret && name !== "DATABASE_URL") secrets.set(`${name} of dev`, value.replace(/^(["'])(.*)\1$/, "$2"));
    }
    expect(secrets.size).toBeGreaterThan(8);
    for (const text of secrets.values()) expect(text.length).toBeGreaterThanOrEqual(shortest);
  });

  test("no command printed one", () => {
    for (const [title, text] of Object.entries(printed)) expect({ title, found: found(Buffer.from(text)) }).toEqual({ title, found: [] });
  });

  test("no file of the sandbox holds one but the world's own, nor does any temporary file", () => {
    const files = filesBelow(sandbox.directory).filter((file) => !file.startsWith(sandbox.paths.world));
    for (const place of [sandbox.paths.state, sandbox.paths.home, sandbox.paths.project]) expect(files.some((file) => file.startsWith(place))).toBe(true);
    expect(existsSync(sandbox.paths.log)).toBe(true);
    for (const file of files) expect({ file, found: found(readFileSync(file)) }).toEqual({ file, found: [] });
  });

  test("the world's file is its owner's alone, and the search above would have found something in it", () => {
    const files = filesBelow(sandbox.paths.world);
    expect(files.flatMap((file) => found(readFileSync(file))).length).toBeGreaterThan(0);
  });

  test("dev and staging share no secret but the configured one", () => {
    const of = (stack: string) => [...secrets].filter(([name]) => name.endsWith(` of ${stack}`)).map(([, text]) => text);
    expect(of("staging").length).toBeGreaterThan(0);
    const shared = of("dev").filter((text) => of("staging").includes(text));
    expect(shared.filter((text) => text !== canary)).toEqual([]);
  });

  /** Names of the secrets that some bytes contain, as they are or as base64, URL or JSON text. */
  function found(bytes: Buffer): string[] {
    return [...secrets].flatMap(([name, text]) => {
      const forms = [text, Buffer.from(text).toString("base64").replace(/=+$/, ""), encodeURIComponent(text), JSON.stringify(text).slice(1, -1)];
      return forms.some((form) => bytes.includes(form)) ? [name] : [];
    });
  }
});

interface Exported {
  deployment: { resources: { id?: string; inputs?: { key?: unknown } }[] };
}

/**
 * Every text that Pulumi keeps as a secret, from `stack export --show-secrets` (a secret is `{ plaintext: "<JSON>" }` with a signature key).
 * Not among them: values of variables that the catalogue calls public (Vercel keeps every variable as a secret), and ids, which are shown
 * everywhere (the id of an R2 token is its access key's id), and labels, which Google's provider marks secret although they are in the console,
 * and the texts of Workers' bindings of the kind `plain_text`, which Cloudflare's provider marks secret for the sake of the kind `secret_text`.
 */
const labels = new Set(["effectiveLabels", "pulumiLabels"]);

function plaintexts({ deployment: { resources } }: Exported): string[] {
  const texts = new Set<string>();
  const leaves = (part: unknown): void => {
    if (typeof part === "string" && part.length >= shortest) texts.add(part);
    else if (typeof part === "object" && part !== null) Object.values(part).forEach(leaves);
  };
  const walk = (part: unknown): void => {
    if (typeof part !== "object" || part === null) return;
    const { plaintext, type } = part as { plaintext?: unknown; type?: unknown };
    if (type === "plain_text") return;
    if (typeof plaintext === "string") leaves(JSON.parse(plaintext));
    else for (const [key, value] of Object.entries(part)) if (!labels.has(key)) walk(value);
  };
  for (const resource of resources) if (!isPublic(resource.inputs?.key)) walk(resource);
  for (const { id } of resources) if (id !== undefined) texts.delete(id);
  return [...texts];
}

function isPublic(name: unknown): boolean {
  return typeof name === "string" && name in environmentVariables && environmentVariables[name as keyof typeof environmentVariables].visibility === "public";
}
