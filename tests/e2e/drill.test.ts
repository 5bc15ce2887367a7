/** Issue 7's "done when": a whole drill on the real engine, PostgreSQL and S3, killed with `kill -9` in its phases and typed again. */
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { drillPaths } from "../../ops/dr/drill/drill-directory";
import { sandboxParts } from "../../ops/dr/drill/drill-parts";
import { reportSchema, type Report } from "../../ops/dr/drill/report/schema";
import { journalFile, readJournal } from "../../ops/dr/phases/journal";
import { removeSandbox } from "../../sandbox/control/ensure-service";
import { repositoryRoot, sandboxPaths } from "../../sandbox/control/paths";
import { processesStartedWith, run, until, type Ended } from "./support/processes";
import { committedConfiguration, TestSandbox } from "./support/test-sandbox";

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

const names = Object.keys(sandboxParts) as (keyof typeof sandboxParts)[];
type PhaseName = (typeof names)[number];
interface Kill {
  readonly phase: PhaseName;
  /** Milliseconds after the phase began. */
  readonly after: number;
}

/** Every phase once, at a moment drawn anew for each run: as it begins, or in its midst. CHISAN_DRILL_SEED repeats a run. */
const seed = Number(process.env["CHISAN_DRILL_SEED"] ?? Date.now() % 1_000_000);
/** Milliseconds that a phase lasts on any machine: five sentinels a second apart, an engine's run. The others may be over at once. */
const lasting: Partial<Record<PhaseName, number>> = { prepare: 8000, region: 4000, protect: 4000, sentinels: 3000, "stand-up": 8000, "cut-over": 4000, live: 2000, "fail-back": 8000, "clean-up": 4000 };
const killOf = (phase: PhaseName) => fc.noBias(fc.oneof(fc.constant(0), fc.integer({ min: 0, max: lasting[phase] ?? 0 }))).map((after): Kill => ({ phase, after }));
const [plan = []] = fc.sample(fc.tuple(...names.map(killOf)), { seed, numRuns: 1 });
/** How often each phase was at work when the drill was killed, by the journal. */
const kills = new Map<string, number>();

const recordOf = (name: string) => readJournal(journalFile(paths.directory, "drill"))?.phases.find((phase) => phase.name === name);

let taken: Promise<string[]> | undefined;
/** Takes the secrets once, while there is something that has them; nobody waits for it. */
function takeSecrets(): void {
  if (taken !== undefined || recordOf("stand-up")?.state !== "done") return;
  taken = secretsOf("chisan-dr");
  taken.catch(() => undefined);
}

/** The drill alone, not what it started: as the kernel does when memory is short. */
async function killIn({ phase, after: time }: Kill): Promise<void> {
  const attempts = recordOf(phase)?.attempts ?? 0;
  const started = drill();
  let over = false;
  void started.ended.then(() => (over = true));
  let begun: number | undefined;
  await until(`the phase ${phase}`, 1800, () => {
    takeSecrets();
    const now = recordOf(phase);
    // What the journal says of a run that was killed before is no beginning.
    if (now?.state === "running" && now.attempts > attempts) begun ??= Date.now();
    return over || now?.state === "done" || (begun !== undefined && Date.now() - begun >= time);
  });
  if (over) throw new Error(`it was over before it could be killed in ${phase}: ${(await started.ended).text}`);
  process.kill(started.pid, "SIGKILL");
  const killed = await started.ended;
  expect(killed.signal).toBe("SIGKILL");
  printed.push(killed.text);
  for (const name of names) {
    const { state, attempts: all } = recordOf(name) ?? {};
    if (state === "running" && all !== undefined) kills.set(name, all);
  }
}

// Four minutes on two cores that are otherwise idle, a quarter of an hour on such with a load of 17; the limits are for a machine that is worse.
test(`killed in ${plan.map(({ phase, after: time }) => `${phase} after ${time} ms`).join(", ")} (CHISAN_DRILL_SEED=${seed}), each time typed again at once, it completes`, async () => {
  for (const kill of plan) await killIn(kill);
  const last = drill();
  const over = last.ended.then(() => true);
  await until("the drill to end", 1800, () => {
    takeSecrets();
    return Promise.race([over, false]);
  });
  secrets.push(...((await taken) ?? []));
  const ended = await last.ended;
  printed.push(ended.text);
  expect([ended.code, ended.stdout === "" ? ended.text : ""]).toEqual([0, ""]);
  report = reportSchema.parse(withoutPlace(JSON.parse(ended.stdout)));
}, 5_400_000);

test("it was carried on and not begun anew: a phase was done once more for each kill in it, and none for another's", () => {
  const attempts = Object.fromEntries(report.phases.map(({ name, attempts: each }) => [name, each]));
  expect(attempts).toEqual(Object.fromEntries(names.map((name) => [name, 1 + (kills.get(name) ?? 0)])));
  expect(report.interruptions).toBe([...kills.values()].reduce((sum, each) => sum + each, 0));
  // A phase of some milliseconds may be over before anybody can see it.
  const missed = plan.filter(({ phase }) => !kills.has(phase) && (report.phases.find(({ name }) => name === phase)?.seconds ?? 0) > 0.5);
  expect(missed).toEqual([]);
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
  expect(readdirSync(reports).sort()).toEqual(["report.html", "report.json", "report.json.pub", "report.json.sig", "report.md"]);
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
