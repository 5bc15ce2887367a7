import { execFile } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { repositoryRoot } from "../../sandbox/control/paths";

const run = promisify(execFile);
const folder = mkdtempSync(join(tmpdir(), "chisan-doctor-"));
const sandbox = join(folder, "sandbox");
afterAll(() => rmSync(folder, { recursive: true }));

/** `npx chisan doctor …` in a shell with nothing but what is given. */
async function doctor(args: readonly string[], more: NodeJS.ProcessEnv = {}) {
  const env = { PATH: process.env["PATH"], HOME: folder, CHISAN_SANDBOX_DIRECTORY: sandbox, ...more };
  try {
    return { code: 0, ...(await run(process.execPath, [join(repositoryRoot, "ops/chisan.cjs"), "doctor", ...args], { env, cwd: repositoryRoot })) };
  } catch (error) {
    return error as { code: number; stdout: string; stderr: string };
  }
}

const credentials = Object.fromEntries(
  ["PULUMI_ACCESS_TOKEN", "PULUMI_CONFIG_PASSPHRASE", "GOOGLE_CREDENTIALS", "CLOUDFLARE_API_TOKEN", "VERCEL_API_TOKEN", "SUPABASE_ACCESS_TOKEN", "GH_TOKEN", "SENTRY_AUTH_TOKEN", "CHECKLY_API_KEY"].map(
    (name) => [name, `canary-${name.toLowerCase()}-0123456789abcdef`],
  ),
);

test("--cloud shouts while nobody is named, ends with 1, and prints no credential of its shell", async () => {
  // A bucket that PULUMI_ACCESS_TOKEN does not open: the state is not asked for.
  const ended = await doctor(["--cloud"], { ...credentials, PULUMI_BACKEND_URL: "gs://state.invalid" });
  expect(ended.code).toBe(1);
  expect(ended.stderr).toBe("Target: CLOUD, stack prod (nothing is changed)\n");
  expect(ended.stdout).toMatch(/^✖ !!! People: NAME WHO IS CALLED IN AN INCIDENT, FOR EACH OF THE FOUR ROLES \[incident-contacts\]$/m);
  expect(ended.stdout).toMatch(/^prod: \d+ done, \d+ open \([1-9] of them cannot wait\), \d+ cannot be read$/m);
  expect(ended.stdout + ended.stderr).not.toContain("canary");
  expect(existsSync(sandbox)).toBe(false);
});

test("--cloud --json prints the payload alone", async () => {
  const ended = await doctor(["--cloud", "--stack", "staging", "--json"]);
  expect(ended.code).toBe(1);
  const { stack, target, ok, counts, prerequisites } = JSON.parse(ended.stdout) as { stack: string; target: string; ok: boolean; counts: Record<string, number>; prerequisites: { state: string; how: string }[] };
  expect({ stack, target, ok }).toEqual({ stack: "staging", target: "cloud", ok: false });
  for (const [state, count] of Object.entries(counts)) expect(prerequisites.filter((each) => each.state === state)).toHaveLength(count);
  expect(prerequisites.filter(({ how }) => how.includes("<stack>"))).toEqual([]);
});

test("of this machine: a line each, no sandbox is started for it", async () => {
  const ended = await doctor(["--json"], credentials);
  const { checks, ok, rehearsed } = JSON.parse(ended.stdout) as { checks: { id: string; ok: boolean; fix?: string }[]; ok: boolean; rehearsed: { up: boolean } };
  expect(checks.map(({ id }) => id)).toEqual(["node", "engine", "git", "committed-files", "postgres-client", "disk", "ports", "sandbox-service", "sandbox-state"]);
  // Every problem names what mends it, and nothing else does.
  for (const check of checks) expect(check.fix !== undefined).toBe(!check.ok);
  expect(ended.code).toBe(ok ? 0 : 1);
  expect(rehearsed.up).toBe(false);
  expect(existsSync(sandbox)).toBe(false);
  expect(ended.stdout + ended.stderr).not.toContain("canary");
});

test("a stack without a cloud, or none at all, is refused", async () => {
  expect(await doctor(["--cloud", "--stack", "dev"])).toMatchObject({ code: 1, stderr: expect.stringMatching(/^CHI-O002 .*staging, prod, chisan-dr/) });
});
