/** Issue 7's "done when": a whole drill on the real engine, PostgreSQL and S3, killed with `kill -9` in the middle of the recovery and typed again. */
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { drillPaths } from "../../ops/dr/drill/drill-directory";
import { reportSchema, type Report } from "../../ops/dr/drill/report/schema";
import { removeSandbox } from "../../sandbox/control/ensure-service";
import { repositoryRoot, sandboxPaths } from "../../sandbox/control/paths";
import { processesStartedWith, run, until, type Ended } from "../e2e/support/processes";
import { committedConfiguration, TestSandbox } from "../e2e/support/test-sandbox";

const sandbox = new TestSandbox();
const paths = drillPaths(`${sandbox.paths.directory}-drill`);
const reports = mkdtempSync(join(tmpdir(), "chisan-e2e-drill-"));
const file = join(reports, "report.json");
const before = committedConfiguration();
/** What the drill's environments have and nobody may see. */
const secrets: string[] = [];
const printed: string[] = [];
let report: Report;

afterAll(async () => {
  await removeSandbox(sandboxPaths(paths.sandbox));
  rmSync(paths.directory, { recursive: true, force: true, maxRetries: 5 });
  rmSync(reports, { recursive: true, force: true });
  await sandbox.dispose();
});

const drill = () => sandbox.startChisan("dr", "drill", "--stack", "prod", "--json", "--report-to", reports);

/** In the drill's own sandbox, as whoever has its folder could. */
function inside(...args: string[]): Promise<Ended> {
  const environment = { ...sandbox.environment, CHISAN_SANDBOX_DIRECTORY: paths.sandbox };
  return run(process.execPath, [join(repositoryRoot, "ops/chisan.cjs"), ...args], { environment, directory: repositoryRoot });
}

// Four to five minutes on two cores that are otherwise idle; the limits are for a machine that is not.
test("killed in the middle of the stand-up and typed again, it completes", async () => {
  const first = drill();
  await until("the stand-up to provision", 1500, () => /Stand up the substitute for [^\n]*Provision/.test(first.text()));
  process.kill(first.pid, "SIGKILL");
  const killed = await first.ended;
  expect(killed.signal).toBe("SIGKILL");
  printed.push(killed.text);

  const resumed = drill();
  const over = resumed.ended.then(() => true);
  await until("the substitute to stand", 1500, async () => /✔ Stand up the substitute/.test(resumed.text()) || Promise.race([over, false]));
  secrets.push(...(await secretsOf("chisan-dr")));
  const ended = await resumed.ended;
  printed.push(ended.text);
  expect([ended.code, ended.stdout === "" ? ended.text : ""]).toEqual([0, ""]);
  report = reportSchema.parse(withoutPlace(JSON.parse(ended.stdout)));
}, 3_600_000);

test("it was carried on and not begun anew: nothing before the kill was done twice", () => {
  const attempts = Object.fromEntries(report.phases.map(({ name, attempts: each }) => [name, each]));
  expect(attempts).toEqual({ prepare: 1, region: 1, protect: 1, sentinels: 1, disaster: 1, "stand-up": 2, verify: 1, "cut-over": 1, live: 1, rebuild: 1, "fail-back": 1, proof: 1, "clean-up": 1 });
  expect(report.interruptions).toBe(1);
});

test("what it measured is what happened, held against sections 3.2 and 3.3", () => {
  expect(report.failures).toEqual([]);
  expect(report.result).toBe("passed");
  const { databaseLoss, fileLoss, afterCutOver, recoveryTime } = report;
  // Written after the backup, and before the disaster. Files are restored as of the backup, to fit the database.
  expect(databaseLoss).toMatchObject({ holes: 0, changed: 0 });
  expect(databaseLoss!.lost).toBeGreaterThanOrEqual(5);
  expect(databaseLoss!.survived).toBeGreaterThanOrEqual(3);
  expect(databaseLoss!.lossSeconds).toBeGreaterThan(0);
  expect(fileLoss).toMatchObject({ holes: 0, changed: 0 });
  expect(fileLoss!.survived).toBeGreaterThanOrEqual(3);
  expect(afterCutOver!.rows.written).toBeGreaterThan(0);
  expect(afterCutOver!.rows.found).toBe(afterCutOver!.rows.written);
  expect(afterCutOver!.files!.found).toBe(afterCutOver!.files!.written);
  const outage = report.phases.filter(({ part }) => part === "outage");
  expect(recoveryTime!.seconds).toBeCloseTo(outage.reduce((sum, { seconds }) => sum + seconds, 0), 0);
  const measured = report.objectives.filter(({ elsewhere }) => elsewhere === undefined);
  expect(measured.map(({ id, verdict }) => [id, verdict])).toEqual([
    ["rto-complete-rebuild", "met"],
    ["rpo-complete-disaster-database", "met"],
    ["rpo-complete-disaster-files", "met"],
    ["rto-region-outage", "met"],
  ]);
  expect(report.proofs.length).toBeGreaterThanOrEqual(8);
});

test("the report is signed, and any changed byte is told", async () => {
  expect(readdirSync(reports).sort()).toEqual(["report.html", "report.json", "report.json.sig", "report.md"]);
  const verified = await sandbox.chisan("dr", "report", "--verify", file, "--json");
  expect(JSON.parse(verified.stdout)).toMatchObject({ signer: "this sandbox (a rehearsal)", result: "passed", unchanged: ["report.md", "report.html"] });
  const bytes = readFileSync(file);
  writeFileSync(file, bytes.toString("utf8").replace('"result": "passed"', '"result": "failed"'));
  const changed = await sandbox.chisan("dr", "report", "--verify", file);
  expect(changed.code).toBe(1);
  expect(changed.stderr).toMatch(/^CHI-H133 the report is NOT what/);
  writeFileSync(file, bytes);
});

test("nothing that it made is left: no process, no sandbox; the user's sandbox was never made, the configuration is as committed", async () => {
  // workerd ends by itself, right after the service that it belonged to.
  await until("every process of the drill's sandbox to end", 60, () => processesStartedWith(paths.sandbox).length === 0);
  expect(existsSync(paths.sandbox)).toBe(false);
  expect(readdirSync(sandbox.paths.directory)).toEqual(["dr"]);
  expect(committedConfiguration()).toEqual(before);
});

test("no secret is in what it printed or wrote", () => {
  expect(secrets.length).toBeGreaterThanOrEqual(4);
  const files = readdirSync(reports).map((name) => readFileSync(join(reports, name), "utf8"));
  for (const text of [...printed, ...files, readFileSync(join(paths.directory, "drill.json"), "utf8")]) {
    for (const secret of secrets) expect(text.includes(secret)).toBe(false);
    expect(text).not.toMatch(/AGE-SECRET-KEY-1|PRIVATE KEY/);
  }
});

async function secretsOf(stack: string): Promise<string[]> {
  const ended = await inside("output", stack, "--json", "--show-secrets");
  if (ended.code !== 0) throw new Error(`chisan output ${stack} ended with ${ended.code ?? ended.signal}: ${ended.stderr}`);
  const { databaseUrl, ...others } = JSON.parse(ended.stdout) as Record<string, unknown>;
  const of = (output: string, name: string) => String((others[output] as Record<string, unknown>)[name]);
  return [new URL(String(databaseUrl)).password, of("backupsReader", "secretAccessKey"), of("backupsWriter", "secretAccessKey"), of("filesGateway", "operatorKey")];
}

function withoutPlace({ where: _where, ...rest }: Record<string, unknown>): unknown {
  return rest;
}
