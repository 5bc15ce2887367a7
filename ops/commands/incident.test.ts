import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { repositoryRoot } from "../../sandbox/control/paths";

const canary = "swordfish-one";
let sandbox: string;
beforeEach(() => (sandbox = mkdtempSync(join(tmpdir(), "chisan-incident-"))));
afterEach(() => rmSync(sandbox, { recursive: true }));

/** `chisan incident …` in a process of its own, with the recorder in front as main.ts has it. */
function incident(...args: string[]) {
  const program = `
    require("./ops/incident/record-command.ts").recordCommand(process.argv.slice(1));
    const { Command } = require("commander");
    const program = new Command("chisan");
    require("./ops/commands/incident.ts").addIncident(program);
    program.parseAsync(process.argv.slice(1), { from: "user" }).catch(require("./ops/output/report.ts").report);`;
  const env = { PATH: process.env["PATH"], HOME: sandbox, CHISAN_SANDBOX_DIRECTORY: sandbox, SLACK_TOKEN: canary };
  const { status, stdout, stderr } = spawnSync(process.execPath, ["--require", "./toolchain/typescript.cjs", "--eval", program, "--", "incident", ...args], { cwd: repositoryRoot, env, encoding: "utf8" });
  return { status, stdout, stderr };
}
const json = (...args: string[]) => JSON.parse(incident(...args, "--json").stdout) as Record<string, unknown>;

test("an incident from its opening to its review", () => {
  const { stdout } = incident("open", "orders are gone", "--severity", "high");
  expect(stdout).toMatch(/^\d{8}-\d{6}-orders-are-gone is open/);
  expect(stdout).toContain("Who to call (high: call them now)");
  expect(stdout).not.toContain("TBD");
  expect(incident("note", `somebody pasted ${canary} and postgresql://postgres:${canary}@db.x/postgres`).status).toBe(0);

  const refused = incident("close", "--root-cause", "TBD", "--data-loss", "none");
  expect(refused).toMatchObject({ status: 1, stdout: "", stderr: expect.stringMatching(/^CHI-I004 --root-cause is "TBD"/) });
  const missing = incident("close", "--data-loss", "none");
  expect(missing).toMatchObject({ status: 1, stdout: "", stderr: expect.stringMatching(/^CHI-I005 /) });
  // The refused one had written nothing; this one keeps what it was told.
  expect([...missing.stderr.matchAll(/ answer (\S+) /g)].map(([, question]) => question)).toEqual(["root-cause", "downtime", "affected-users"]);

  incident("answer", "root-cause", "a migration without a WHERE");
  incident("action", "refuse UPDATE without WHERE", "--owner", "dba", "--due", "2026-12-01");
  const closed = incident("close", "--downtime", "42 minutes", "--affected-users", "all 61");
  expect(closed).toMatchObject({ status: 0, stdout: expect.stringContaining("the review still lacks: Runbook updates") });
  expect(incident("close").stderr).toContain("CHI-I001");
  expect(incident("close", "--incident", "latest").stderr).toContain("CHI-I006");
  // A review is written in the days after.
  expect(incident("answer", "runbook", "procedure B names the audit log", "--incident", "latest").status).toBe(0);

  const out = join(sandbox, "reviews");
  const review = json("review", "--incident", "latest", "--out", out);
  expect(review).toMatchObject({ open: [], rootCause: { text: "a migration without a WHERE" } });
  const written = readdirSync(out).map((name) => readFileSync(join(out, name), "utf8"));
  expect(written).toHaveLength(2);
  for (const text of written) {
    expect(text).toContain("refuse UPDATE without WHERE");
    expect(text).toContain("DBA");
  }
  const everything = [join(sandbox, "incidents"), out].flatMap((folder) => readdirSync(folder).map((name) => readFileSync(join(folder, name), "utf8"))).join("\n");
  expect(everything).toContain("somebody pasted [masked] and");
  expect(everything).not.toContain(canary);
});

test("with --json only the payload is on stdout", () => {
  const { id, whoToCall } = json("open", "it is down", "--severity", "critical", "--stack", "staging");
  expect(whoToCall).toMatchObject({ vendors: expect.arrayContaining([expect.objectContaining({ vendor: "Supabase" })]) });
  expect(json("note", "seen")).toEqual({ id, kind: "note", text: "seen" });
  expect(json("list")).toMatchObject([{ id, severity: "critical", stack: "staging", closedAt: null }]);
  expect(json("show")).toMatchObject({ id, timeline: [{ kind: "opened" }, { kind: "note", text: "seen" }] });
});

test("which incident is meant is never guessed", () => {
  expect(incident("note", "x").stderr).toMatch(/^CHI-I001 no incident is open/);
  const first = json("open", "alpha", "--severity", "low")["id"] as string;
  incident("open", "beta", "--severity", "low");
  expect(incident("note", "x").stderr).toMatch(/^CHI-I002 2 incidents are open/);
  expect(incident("note", "x", "--incident", "2").stderr).toMatch(/^CHI-I003 "2" fits 2 incidents of 2/);
  expect(incident("note", "x", "--incident", "../../etc/passwd").stderr).toMatch(/^CHI-I003 /);
  expect(incident("note", "x", "--incident", first).status).toBe(0);
});

test.each([
  [["open", "x"], "severity"],
  [["open", "TBD", "--severity", "low"], "CHI-I004"],
  [["open", "x", "--severity", "huge"], "huge"],
  [["open", "x", "--severity", "low", "--stack", "dev"], "dev"],
])("%j is refused and nothing is begun", (args, why) => {
  const { status, stderr } = incident(...args);
  expect([status, stderr]).toEqual([1, expect.stringContaining(why)]);
  expect(readdirSync(sandbox)).toEqual([]);
});

test.each([["action", "x", "--owner", "somebody"], ["action", "x", "--owner", "dba", "--due", "2026-02-30"], ["answer", "whose-fault", "x"]])("%s %s %s %s is refused", (...args) => {
  const id = json("open", "it is down", "--severity", "low")["id"];
  expect(incident(...args).status).toBe(1);
  expect(json("show", "--incident", id as string)["timeline"]).toHaveLength(1);
});
