import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Command, CommanderError } from "commander";
import { report } from "../output/report";
import { addIncident } from "./incident";

const canary = "swordfish-one";
let sandbox: string;
const environment = { ...process.env };
beforeEach(() => {
  sandbox = mkdtempSync(join(tmpdir(), "chisan-incident-"));
  process.env = { ...environment, CHISAN_SANDBOX_DIRECTORY: sandbox, SLACK_TOKEN: canary };
});
afterEach(() => {
  process.env = environment;
  rmSync(sandbox, { recursive: true });
});

/** `chisan incident …` as main.ts runs it, with the end of the process in `status`. */
async function incident(...args: string[]) {
  const written = { stdout: "", stderr: "" };
  const take = (stream: "stdout" | "stderr") =>
    jest.spyOn(process[stream], "write").mockImplementation((text) => {
      written[stream] += String(text);
      return true;
    });
  const spies = [take("stdout"), take("stderr")];
  const before = process.exitCode;
  process.exitCode = 0;
  try {
    const program = new Command("chisan").exitOverride();
    addIncident(program);
    await program.parseAsync(["incident", ...args], { from: "user" }).catch((error: unknown) => {
      if (error instanceof CommanderError) process.exitCode = error.exitCode;
      else report(error);
    });
    return { status: process.exitCode, ...written };
  } finally {
    process.exitCode = before;
    for (const spy of spies) spy.mockRestore();
  }
}
const json = async (...args: string[]) => JSON.parse((await incident(...args, "--json")).stdout) as Record<string, unknown>;

test("an incident from its opening to its review", async () => {
  const { stdout } = await incident("open", "orders are gone", "--severity", "high");
  expect(stdout).toMatch(/^\d{8}-\d{6}-orders-are-gone is open/);
  expect(stdout).toContain("Who to call (high: call them now)");
  expect(stdout).not.toContain("TBD");
  expect((await incident("note", `somebody pasted ${canary} and postgresql://postgres:${canary}@db.x/postgres`)).status).toBe(0);

  const refused = await incident("close", "--root-cause", "TBD", "--data-loss", "none");
  expect(refused).toMatchObject({ status: 1, stdout: "", stderr: expect.stringMatching(/^CHI-I004 --root-cause is "TBD"/) });
  const missing = await incident("close", "--data-loss", "none");
  expect(missing).toMatchObject({ status: 1, stdout: "", stderr: expect.stringMatching(/^CHI-I005 /) });
  expect(missing.stderr.trim()).not.toContain("\n");
  // With a second incident open, the commands must say which is meant.
  const [id] = readdirSync(join(sandbox, "incidents")).map((name) => name.replace(/\.jsonl$/, ""));
  expect([...missing.stderr.matchAll(/ --incident (\S+?)(?=;|\s)/g)].map(([, named]) => named)).toEqual([id, id, id]);
  // The refused one had written nothing; this one keeps what it was told.
  expect([...missing.stderr.matchAll(/ answer (\S+) /g)].map(([, question]) => question)).toEqual(["root-cause", "downtime", "affected-users"]);

  await incident("answer", "root-cause", "a migration without a WHERE");
  await incident("action", "refuse UPDATE without WHERE", "--owner", "dba", "--due", "2026-12-01");
  const closed = await incident("close", "--downtime", "42 minutes", "--affected-users", "all 61");
  expect(closed).toMatchObject({ status: 0, stdout: expect.stringContaining("the review still lacks: Runbook updates") });
  expect((await incident("close")).stderr).toContain("CHI-I001");
  expect((await incident("close", "--incident", "latest")).stderr).toContain("CHI-I006");
  // A review is written in the days after.
  expect((await incident("answer", "runbook", "procedure B names the audit log", "--incident", "latest")).status).toBe(0);

  const out = join(sandbox, "reviews");
  const review = await json("review", "--incident", "latest", "--out", out);
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

test("with --json only the payload is on stdout", async () => {
  const { id, whoToCall } = await json("open", "it is down", "--severity", "critical", "--stack", "staging");
  expect(whoToCall).toMatchObject({ vendors: expect.arrayContaining([expect.objectContaining({ vendor: "Supabase" })]) });
  expect(await json("note", "seen")).toEqual({ id, kind: "note", text: "seen" });
  expect(await json("list")).toMatchObject([{ id, severity: "critical", stack: "staging", closedAt: null }]);
  expect(await json("show")).toMatchObject({ id, timeline: [{ kind: "opened" }, { kind: "note", text: "seen" }] });
});

test("which incident is meant is never guessed", async () => {
  expect((await incident("note", "x")).stderr).toMatch(/^CHI-I001 no incident is open/);
  const first = (await json("open", "alpha", "--severity", "low"))["id"] as string;
  await incident("open", "beta", "--severity", "low");
  expect((await incident("note", "x")).stderr).toMatch(/^CHI-I002 2 incidents are open/);
  expect((await incident("note", "x", "--incident", "2")).stderr).toMatch(/^CHI-I003 "2" fits 2 incidents of 2/);
  expect((await incident("note", "x", "--incident", "../../etc/passwd")).stderr).toMatch(/^CHI-I003 /);
  expect((await incident("note", "x", "--incident", first)).status).toBe(0);
});

test.each([
  [["open", "x"], "severity"],
  [["open", "TBD", "--severity", "low"], "CHI-I004"],
  [["open", "x", "--severity", "huge"], "huge"],
  [["open", "x", "--severity", "low", "--stack", "dev"], "dev"],
])("%j is refused and nothing is begun", async (args, why) => {
  const { status, stderr } = await incident(...args);
  expect([status, stderr]).toEqual([1, expect.stringContaining(why)]);
  expect(readdirSync(sandbox)).toEqual([]);
});

test.each([["action", "x", "--owner", "somebody"], ["action", "x", "--owner", "dba", "--due", "2026-02-30"], ["answer", "whose-fault", "x"]])("%s %s %s %s is refused", async (...args) => {
  const id = (await json("open", "it is down", "--severity", "low"))["id"];
  expect((await incident(...args)).status).toBe(1);
  expect((await json("show", "--incident", id as string))["timeline"]).toHaveLength(1);
});
