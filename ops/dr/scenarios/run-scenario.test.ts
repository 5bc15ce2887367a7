import type { Course, Scenario } from "./scenario";
import { runScenario } from "./run-scenario";
import { lastWords, type ScenarioSandbox } from "./scenario-sandbox";

const prepared: string[] = [];
const sandbox = { prepare: async (stack: string) => void prepared.push(stack) } as unknown as ScenarioSandbox;

function scenario(run: (course: Course) => Promise<void>): Scenario {
  const objective = { seconds: 60, source: "a test" };
  return { name: "flood", title: "A flood", row: "-", severity: "Low", likelihood: "Low", procedure: "-", runbook: "flood.md", stack: "staging", objective, run };
}

const take = (run: (course: Course) => Promise<void>, signal?: AbortSignal) => runScenario(scenario(run), sandbox, () => undefined, signal);

test("a scenario that goes as it must", async () => {
  const report = await take(async ({ happened, lost, expect: must, noticed, recovered }) => {
    happened("water");
    noticed();
    must("it is dry", true, "wet");
    recovered();
    lost("a carpet");
  });
  expect(prepared).toEqual(["staging"]);
  expect(report).toMatchObject({ scenario: "flood", stack: "staging", runbook: "docs/runbooks/flood.md", happened: ["water"], lost: ["a carpet"], objectiveSeconds: 60, passed: true });
  expect(report.expectations).toEqual([{ what: "it is dry", met: true }, { what: "recovered within the 1 minutes of a test", met: true }]);
  expect(report.recoverySeconds).toBeGreaterThanOrEqual(0);
  expect(report).not.toHaveProperty("failure");
});

test("an expectation that is not met fails it, with what was found; the ones after it are still looked at", async () => {
  const report = await take(async ({ expect: must, noticed, recovered }) => {
    noticed();
    recovered();
    must("it is dry", false, "wet");
    must("it is warm", true);
  });
  expect(report.passed).toBe(false);
  expect(report.expectations.slice(0, 2)).toEqual([{ what: "it is dry", met: false, found: "wet" }, { what: "it is warm", met: true }]);
});

test("an error fails it, and its line is in the report", async () => {
  const report = await take(async ({ expect: must }) => {
    must("it is dry", true);
    throw new Error("CHI-X001 the dam broke: build another");
  });
  expect(report).toMatchObject({ passed: false, failure: "CHI-X001 the dam broke: build another", recoverySeconds: null });
});

test("neither proves anything: a scenario without expectations, one without the time of its recovery", async () => {
  expect((await take(async ({ noticed, recovered }) => (noticed(), recovered()))).passed).toBe(false);
  expect((await take(async ({ expect: must }) => must("it is dry", true))).failure).toMatch(/^CHI-H166 /);
});

test("an interruption is no failed scenario", async () => {
  const stop = new AbortController();
  const interrupted = take(async () => {
    stop.abort(new Error("interrupted"));
    throw stop.signal.reason;
  }, stop.signal);
  await expect(interrupted).rejects.toThrow("interrupted");
});

test("of what a program printed, its own error lines come before its last ones", () => {
  expect(lastWords("Target: sandbox\nCHI-A064 there is no backup: x\n  at nowhere\nlast")).toBe("CHI-A064 there is no backup: x");
  expect(lastWords("one\ntwo\nthree\nfour\n")).toBe("two / three / four");
  expect(lastWords("")).toBe("nothing was printed");
});
