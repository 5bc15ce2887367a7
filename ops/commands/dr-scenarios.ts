import type { Command } from "commander";
import { scenarioNamed, scenarios } from "../dr/scenarios/catalogue";
import { runScenario } from "../dr/scenarios/run-scenario";
import type { ScenarioReport } from "../dr/scenarios/scenario";
import { ScenarioSandbox } from "../dr/scenarios/scenario-sandbox";
import { table } from "../output/table";

interface ScenarioOptions {
  json?: boolean;
}

/** `chisan dr scenarios` and `chisan dr scenario <name>`: the disasters of section 4.1, and their rehearsal. */
export function addDrScenarios(group: Command): void {
  group
    .command("scenarios")
    .description("list the disasters that can be rehearsed, with the row of section 4.1 and the runbook of each")
    .option("--json", "only the list, as JSON, on stdout")
    .option("--debug", "show stack traces")
    .action(({ json }: ScenarioOptions) => list(json === true));
  group
    .command("scenario")
    .description("rehearse a disaster end to end: in a sandbox of its own, with the runbook's own commands; exits with 1 when anything is not as it must be")
    .argument("<names...>", "one of `dr scenarios`; several share one sandbox, one after the other")
    .option("--json", "only the reports, as JSON, on stdout")
    .option("--debug", "show stack traces")
    .action((names: string[], { json }: ScenarioOptions) => rehearse(names, json === true));
}

function list(json: boolean): void {
  if (json) {
    const rows = scenarios.map(({ name, title, row, severity, likelihood, procedure, runbook, stack, objective, notRehearsed }) => ({
      name, title, row, severity, likelihood, procedure, runbook: `docs/runbooks/${runbook}`, stack, objectiveSeconds: objective.seconds, notRehearsed: notRehearsed ?? null,
    }));
    process.stdout.write(`${JSON.stringify(rows)}\n`);
    return;
  }
  const rows = scenarios.map(({ name, row, severity, likelihood, procedure, runbook }) => [name, row, severity, likelihood, procedure, `docs/runbooks/${runbook}`]);
  process.stdout.write(`${table([["scenario", "section 4.1", "severity", "likelihood", "procedure", "runbook"], ...rows])}\n`);
  const gaps = scenarios.filter(({ notRehearsed }) => notRehearsed !== undefined);
  if (gaps.length > 0) process.stdout.write(`\nNot rehearsed:\n${gaps.map(({ name, notRehearsed }) => `  ${name}: ${notRehearsed}`).join("\n")}\n`);
  process.stdout.write("\nnpx chisan dr scenario <scenario>\n");
}

async function rehearse(names: readonly string[], json: boolean): Promise<void> {
  const chosen = names.map(scenarioNamed);
  const stop = new AbortController();
  const interrupted = () => stop.abort(new Error("CHI-H168 the rehearsal was interrupted; its sandbox was removed: run the same command again"));
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, interrupted);
  const reports: ScenarioReport[] = [];
  const { say, end } = progress();
  const sandbox = await ScenarioSandbox.create(stop.signal, say);
  try {
    for (const scenario of chosen) {
      say(`${scenario.name}: ${scenario.title}`);
      const report = await runScenario(scenario, sandbox, say, stop.signal);
      reports.push(report);
      if (!json) {
        say("");
        process.stdout.write(`${inWords(report)}\n`);
      }
      // The next one would begin from a state that nobody knows.
      if (!report.passed) break;
    }
  } finally {
    await sandbox.dispose();
    end();
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.removeListener(signal, interrupted);
  }
  if (json) process.stdout.write(`${JSON.stringify(reports)}\n`);
  const failed = reports.filter(({ passed }) => !passed).map(({ scenario }) => scenario);
  if (failed.length > 0) throw new Error(`CHI-H169 the scenario ${failed.join(", ")} did not end as it must (${reasonsOf(reports)}): correct what is named, and run it again`);
}

function reasonsOf(reports: readonly ScenarioReport[]): string {
  return reports
    .flatMap(({ failure, expectations }) => [...expectations.filter(({ met }) => !met).map(({ what, found }) => `not so: ${what}${found === undefined ? "" : ` (${found})`}`), ...(failure === undefined ? [] : [failure])])
    .join("; ");
}

function inWords({ title, runbook, happened, lost, expectations, recoverySeconds, objectiveSeconds, seconds, failure, passed }: ScenarioReport): string {
  return [
    `${passed ? "PASSED" : "FAILED"}  ${title}`,
    "  What happened",
    ...happened.map((line) => `    ${line}`),
    "  What was lost",
    ...(lost.length === 0 ? ["    nothing"] : lost.map((line) => `    ${line}`)),
    "  What was proven",
    ...expectations.map(({ what, met, found }) => `    ${met ? "yes" : "NO "} ${what}${found === undefined ? "" : `: ${found}`}`),
    ...(failure === undefined ? [] : ["  What ended it", `    ${failure}`]),
    `  Recovery: ${recoverySeconds === null ? "not reached" : `${recoverySeconds} s`} of ${objectiveSeconds} s; the whole rehearsal ${seconds} s; ${runbook}`,
  ].join("\n");
}

/** Lines as things happen; meanwhile how long the last of them has been going on: rewritten on a terminal, a line every 10 s elsewhere. */
function progress(): { say(text: string): void; end(): void } {
  let [last, since] = ["", Date.now()];
  const terminal = process.stderr.isTTY;
  const clear = terminal ? "\r\u001b[2K" : "";
  const tick = setInterval(() => {
    const text = `  … ${Math.round((Date.now() - since) / 1000)} s since "${last.trim()}"`;
    process.stderr.write(terminal ? `${clear}${text.slice(0, (process.stderr.columns ?? 120) - 1)}` : `${text}\n`);
  }, terminal ? 1000 : 10_000);
  return {
    say(text) {
      [last, since] = [text, Date.now()];
      process.stderr.write(text === "" ? clear : `${clear}${text}\n`);
    },
    end() {
      clearInterval(tick);
      process.stderr.write(clear);
    },
  };
}
