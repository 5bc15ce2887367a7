/** `--cloud` looks before it leaps: it lists all that is missing and touches nothing; and the sandbox never leaks into it. */
import { existsSync, mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { repositoryRoot } from "../../sandbox/control/paths";
import { run } from "./support/processes";
import { committedConfiguration, filesBelow, TestSandbox } from "./support/test-sandbox";

const operations = ["up", "preview", "refresh", "destroy"] as const;

describe("the guard before the real cloud", () => {
  const committed = committedConfiguration();
  let sandbox: TestSandbox;
  let home: string;
  beforeAll(() => {
    sandbox = new TestSandbox();
    home = join(sandbox.directory, "home");
    mkdirSync(join(home, ".pulumi"));
  });
  afterAll(() => sandbox.dispose());

  /** The errors' lines: what is missing, one a line. */
  function missing(text: string): string[] {
    return text.split("\n").filter((line) => /^ {2}\S/.test(line)).map((line) => line.trim());
  }

  test.each(operations)("`%s prod --cloud` in an empty environment lists everything by name and touches nothing", async (operation) => {
    const ended = await sandbox.chisan(operation, "prod", "--cloud", "--yes", ...(operation === "destroy" ? ["--confirm", "prod"] : []));
    expect(ended.code).toBe(1);
    expect(ended.stdout).toBe("");
    expect(ended.stderr).toMatch(/^Target: CLOUD, stack prod\nCHI-O010 prod cannot be run against the cloud yet, nothing was touched; missing:\n/);
    const lines = missing(ended.stderr);
    for (const name of [
      "PULUMI_BACKEND_URL", "GOOGLE_APPLICATION_CREDENTIALS", "CLOUDFLARE_API_TOKEN", "VERCEL_API_TOKEN", "SUPABASE_ACCESS_TOKEN",
      "chisan:gcpProject", "chisan:cloudflareAccountId", "chisan:cloudflareZoneId", "chisan:vercelTeamId", "chisan:supabaseOrganizationId",
      "chisan:githubRepository", "chisan:googleClientId", "chisan:googleClientSecret",
    ]) {
      expect({ name, lines: lines.filter((line) => line.includes(name)).length > 0 }).toEqual({ name, lines: true });
    }
    expect(existsSync(sandbox.paths.directory)).toBe(false);
    expect(filesBelow(home)).toEqual([]);
    expect(readdirSync(join(home, ".pulumi"))).toEqual([]);
    expect(committedConfiguration()).toEqual(committed);
  });

  test("`output prod --cloud` reads the state alone: only where that is kept is missing", async () => {
    const ended = await sandbox.chisan("output", "prod", "--cloud");
    expect(ended.code).toBe(1);
    expect(missing(ended.stderr)).toEqual([expect.stringMatching(/^PULUMI_BACKEND_URL/)]);
    expect(existsSync(sandbox.paths.directory)).toBe(false);
  });

  test("dev has no cloud", async () => {
    const ended = await sandbox.chisan("up", "dev", "--cloud");
    expect(ended.code).toBe(1);
    expect(ended.stderr).toMatch(/dev declares nothing/);
  });

  test("prod is never kept by a passphrase alone, nor on one machine's disk; staging may be by a passphrase", async () => {
    const cloud = (stack: string, more: NodeJS.ProcessEnv) =>
      run(process.execPath, [join(repositoryRoot, "ops/chisan.cjs"), "up", stack, "--cloud", "--yes"], { environment: { ...sandbox.environment, ...more }, directory: repositoryRoot });
    const bucket = { PULUMI_BACKEND_URL: "gs://state.invalid", PULUMI_CONFIG_PASSPHRASE: "only a passphrase" };
    expect((await cloud("prod", bucket)).stderr).toMatch(/secretsprovider in Pulumi\.prod\.yaml: found none, a key service is needed, never a passphrase alone/);
    expect((await cloud("staging", bucket)).stderr).not.toMatch(/secretsprovider/);
    expect((await cloud("prod", { ...bucket, PULUMI_BACKEND_URL: "file:///tmp/state" })).stderr).toMatch(/PULUMI_BACKEND_URL is file:/);
  });

  test('after `eval "$(npx chisan env)"` the sandbox is not taken for the cloud', async () => {
    const ended = await sandbox.bash(`node ops/chisan.cjs up prod --cloud --yes`, { more: { SUPABASE_ACCESS_TOKEN: "sandbox" } });
    expect(ended.code).toBe(1);
    const lines = missing(ended.stderr);
    // As if PULUMI_BACKEND_URL, the passphrase and the stand-ins' tokens were not set at all.
    expect(lines.find((line) => line.startsWith("PULUMI_BACKEND_URL"))).toMatch(/^PULUMI_BACKEND_URL \(an object-store bucket/);
    expect(lines.some((line) => line.startsWith("SUPABASE_ACCESS_TOKEN"))).toBe(true);
    expect(lines.some((line) => line.startsWith("VERCEL_API_TOKEN"))).toBe(true);
    expect(existsSync(join(sandbox.paths.state, ".pulumi", "stacks"))).toBe(false);
  });

  test("credentials that are there are not asked for, and never shown", async () => {
    const credentials = { PULUMI_ACCESS_TOKEN: "canary-1", GOOGLE_CREDENTIALS: "canary-2", CLOUDFLARE_API_TOKEN: "canary-3", VERCEL_API_TOKEN: "canary-4", SUPABASE_ACCESS_TOKEN: "canary-5" };
    const ended = await sandbox.bash("node ops/chisan.cjs up prod --cloud --yes", { more: credentials });
    expect(ended.code).toBe(1);
    expect(ended.text).not.toContain("canary");
    expect(missing(ended.stderr).every((line) => /^CHI-K\d+ chisan:/.test(line))).toBe(true);
  });
});
