/** Runs one scenario and tells how it went. */
import type { Course, Expectation, Scenario, ScenarioReport } from "./scenario";
import type { ScenarioSandbox } from "./scenario-sandbox";

/**
 * Brings the scenario's stack up, lets the disaster happen, and has the runbook typed.
 *
 * @param say a line for the operator, as things happen
 * @returns the report, also of a scenario that failed
 * @throws AbortError when it was interrupted; nothing else
 */
export async function runScenario(scenario: Scenario, sandbox: ScenarioSandbox, say: (text: string) => void, signal?: AbortSignal): Promise<ScenarioReport> {
  const startedAt = new Date();
  const happened: string[] = [];
  const lost: string[] = [];
  const expectations: Expectation[] = [];
  let begun: number | undefined;
  let noticed: number | undefined;
  let recovered: number | undefined;
  const course: Course = {
    sandbox,
    happened(text) {
      happened.push(text);
      say(`  ${text}`);
    },
    lost(text) {
      lost.push(text);
      say(`  lost: ${text}`);
    },
    expect(what, met, found) {
      expectations.push({ what, met, ...(met || found === undefined ? {} : { found }) });
      say(`  ${met ? "ok" : "NOT"} ${what}${met || found === undefined ? "" : `: ${found}`}`);
    },
    noticed: () => void (noticed = performance.now()),
    recovered: () => void (recovered = performance.now()),
  };
  let failure: string | undefined;
  try {
    await sandbox.prepare(scenario.stack);
    begun = performance.now();
    await scenario.run(course);
    if (noticed === undefined || recovered === undefined) throw new Error(`CHI-H166 the scenario ${scenario.name} did not take the time of its recovery: correct ops/dr/scenarios/${scenario.name}.ts`);
    const seconds = (recovered - noticed) / 1000;
    course.expect(`recovered within the ${scenario.objective.seconds / 60} minutes of ${scenario.objective.source}`, seconds <= scenario.objective.seconds, `${seconds.toFixed(0)} s`);
  } catch (error) {
    if (signal?.aborted === true) throw error;
    failure = error instanceof Error ? error.message : String(error);
    say(`  FAILED ${failure}`);
  }
  const end = performance.now();
  return {
    scenario: scenario.name,
    title: scenario.title,
    stack: scenario.stack,
    runbook: `docs/runbooks/${scenario.runbook}`,
    startedAt: startedAt.toISOString(),
    happened,
    lost,
    expectations,
    recoverySeconds: noticed === undefined || recovered === undefined ? null : tenths((recovered - noticed) / 1000),
    objectiveSeconds: scenario.objective.seconds,
    seconds: begun === undefined ? 0 : tenths((end - begun) / 1000),
    ...(failure === undefined ? {} : { failure }),
    passed: failure === undefined && expectations.length > 1 && expectations.every(({ met }) => met),
  };
}

function tenths(seconds: number): number {
  return Math.round(seconds * 10) / 10;
}
