import { spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { repositoryRoot } from "../../sandbox/control/paths";
import { listIncidents, openIncident, say } from "./journal/incidents";

const canary = "swordfish-one";
let sandbox: string;
let directory: string;

beforeEach(() => {
  sandbox = mkdtempSync(join(tmpdir(), "chisan-recorded-"));
  directory = join(sandbox, "incidents");
});
afterEach(() => rmSync(sandbox, { recursive: true }));

/** A process of its own, as main.ts is one. */
function run(args: readonly string[], body: string, environment: NodeJS.ProcessEnv = {}) {
  const program = `require("./ops/incident/record-command.ts").recordCommand(${JSON.stringify(args)}); ${body}`;
  const { status, signal, stdout, stderr } = spawnSync(process.execPath, ["--require", "./toolchain/typescript.cjs", "--eval", program], {
    cwd: repositoryRoot,
    env: { PATH: process.env["PATH"], HOME: process.env["HOME"], CHISAN_SANDBOX_DIRECTORY: sandbox, ...environment },
    encoding: "utf8",
  });
  return { status, signal, stdout, stderr };
}

const open = (title: string) => openIncident(directory, { title, severity: "high", stack: "prod" });
const commands = (index = 0) => listIncidents(directory)[index]?.timeline.filter(({ kind }) => kind === "command") ?? [];

test("a command is in the timeline with begin, end and exit code, and is what it was otherwise", () => {
  open("it is down");
  expect(run(["backup", "list", "--stack", "prod"], 'process.stdout.write("{}"); process.exitCode = 3')).toEqual({ status: 3, signal: null, stdout: "{}", stderr: "" });
  expect(run(["dr", "region", "--cloud"], "process.exit(0)").status).toBe(0);
  expect(run(["graph", "prod"], "", { CHISAN_TARGET: "cloud" }).status).toBe(0);
  expect(run(["up", "prod", "--", "--cloud"], 'throw new Error("x")').status).toBe(1);
  expect(commands()).toMatchObject([
    { text: "npx chisan backup list --stack prod", exitCode: 3, target: "sandbox" },
    { text: "npx chisan dr region --cloud", exitCode: 0, target: "cloud" },
    { text: "npx chisan graph prod", exitCode: 0, target: "cloud" },
    { text: "npx chisan up prod -- --cloud", exitCode: 1, target: "sandbox" },
  ]);
  for (const { at, endedAt } of commands()) expect(Date.parse(endedAt ?? "")).toBeGreaterThanOrEqual(Date.parse(at));
});

test("a command that failed has its error's code, and nothing of its words", () => {
  open("it is down");
  const fail = (message: string) => run(["up", "prod"], `require("./ops/incident/failure-code.ts").noteFailure(new Error(${JSON.stringify(message)})); process.exitCode = 1`);
  fail(`CHI-H022 the key ${canary} is none: set another`);
  fail(`${canary} CHI-H022`);
  expect(commands().map(({ exitCode, code }) => [exitCode, code])).toEqual([[1, "CHI-H022"], [1, undefined]]);
  expect(readdirSync(directory).map((name) => readFileSync(join(directory, name), "utf8")).join("")).not.toContain(canary);
});

test("a killed command has a begin and no end", () => {
  open("it is down");
  expect(run(["dr", "drill"], 'process.kill(process.pid, "SIGKILL")').signal).toBe("SIGKILL");
  expect(commands()).toMatchObject([{ text: "npx chisan dr drill", exitCode: undefined, endedAt: undefined }]);
});

test("no secret of the command line or of the environment is on the disk", () => {
  open("it is down");
  const environment = { PGPASSWORD: canary, BACKUP_IDENTITY: `AGE-SECRET-KEY-1${canary.toUpperCase()}` };
  run(["backup", "restore", "--token", canary, `postgresql://a:${canary}@b/c`, `x${canary}y`, encodeURIComponent(environment.BACKUP_IDENTITY)], "", environment);
  const written = readdirSync(directory).map((name) => readFileSync(join(directory, name), "utf8")).join("\n");
  expect(written).toContain("npx chisan backup restore");
  expect(written.toLowerCase()).not.toContain(canary.toLowerCase());
  for (const name of readdirSync(directory)) expect(statSync(join(directory, name)).mode & 0o077).toBe(0);
});

test("nothing is written while no incident is open, nor for help and for commands on the incident itself", () => {
  expect(run(["graph"], "")).toMatchObject({ status: 0, stderr: "" });
  const id = open("it is down");
  for (const args of [[], ["--help"], ["dr", "--help"], ["incident", "note", "x"]]) run(args, "");
  say(directory, id, { kind: "closed" });
  run(["graph"], "");
  expect(commands()).toEqual([]);
});

test("a closed incident whose mark was lost takes no command", () => {
  const id = open("it is down");
  say(directory, id, { kind: "closed" });
  rmSync(join(directory, `${id}.closed`));
  run(["graph"], "");
  expect(commands()).toEqual([]);
  expect(readdirSync(directory)).toContain(`${id}.closed`);
});

test("with two incidents open, both have it", () => {
  open("first");
  open("second");
  run(["graph"], "");
  expect([commands(0), commands(1)]).toMatchObject([[{ exitCode: 0 }], [{ exitCode: 0 }]]);
});

test.each<[string, () => void]>([
  ["the folder is a file", () => writeFileSync(directory, "")],
  ["a journal is a folder", () => mkdirSync(join(directory, "one.jsonl"), { recursive: true })],
])("a command is not disturbed when %s; one line says that it is not recorded", (_what, spoil) => {
  spoil();
  expect(run(["graph"], 'process.stdout.write("result"); process.exitCode = 5')).toEqual({ status: 5, signal: null, stdout: "result", stderr: expect.stringMatching(/^CHI-I008 [^\n]*\n$/) });
});

test("what becomes unwritable in the middle costs the end's record only", () => {
  open("it is down");
  const { status, stderr } = run(["graph"], `require("node:fs").rmSync(${JSON.stringify(directory)}, { recursive: true }); process.exitCode = 4`);
  expect([status, stderr]).toEqual([4, expect.stringMatching(/^CHI-I008 [^\n]*\n$/)]);
  mkdirSync(directory);
  chmodSync(directory, 0o700);
});
