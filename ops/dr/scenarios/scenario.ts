/** A rehearsed disaster: what it is in the operations document, how it is done, and what must be true afterwards. */
import type { StackName } from "../../../config/naming";
import type { ScenarioSandbox } from "./scenario-sandbox";

/** The words of section 4.1 of the operations document. */
export type Severity = "Low" | "Medium" | "High" | "Critical";
export type Likelihood = "Very Low" | "Low" | "Medium" | "High";

/** A scenario, as `dr scenarios` lists it. */
export interface ScenarioEntry {
  /** What is typed. */
  readonly name: string;
  readonly title: string;
  /** The row of section 4.1 that it rehearses. */
  readonly row: string;
  readonly severity: Severity;
  readonly likelihood: Likelihood;
  /** The row's recovery procedure. */
  readonly procedure: string;
  /** Below docs/runbooks/. */
  readonly runbook: string;
  /** What the rehearsal leaves out, where it does; listed, so that nobody takes it for proven. */
  readonly notRehearsed?: string;
}

export interface Scenario extends ScenarioEntry {
  /** The environment that is hurt. */
  readonly stack: StackName;
  /** Seconds that sections 3.3 and 4.2 allow from the beginning of the recovery to its end, and where they say so. */
  readonly objective: { readonly seconds: number; readonly source: string };
  /** Makes the disaster, types the runbook's commands, and looks. What it throws ends the scenario as failed. */
  run(course: Course): Promise<void>;
}

/** What a scenario gets while it runs. */
export interface Course {
  readonly sandbox: ScenarioSandbox;
  /** One line of the report: it happened. Also shown at once. */
  happened(text: string): void;
  /** One line of the report: it is gone for good. */
  lost(text: string): void;
  /** Records whether something is as it must be; a scenario goes on when it is not, so that the report has all of them. */
  expect(what: string, met: boolean, found?: string): void;
  /** Begins the clock: the disaster is noticed, and the first command of the runbook is about to be typed. */
  noticed(): void;
  /** Stops the clock: the service is as it was, as far as it will be. */
  recovered(): void;
}

export interface Expectation {
  readonly what: string;
  readonly met: boolean;
  /** What was there instead. */
  readonly found?: string;
}

/** How a scenario went: what `dr scenario --json` prints. */
export interface ScenarioReport {
  readonly scenario: string;
  readonly title: string;
  readonly stack: StackName;
  readonly runbook: string;
  /** ISO 8601. */
  readonly startedAt: string;
  readonly happened: readonly string[];
  readonly lost: readonly string[];
  readonly expectations: readonly Expectation[];
  /** Seconds from noticing to recovery; null when that was not reached. */
  readonly recoverySeconds: number | null;
  readonly objectiveSeconds: number;
  /** Seconds of the whole scenario, the environment's setup left out. */
  readonly seconds: number;
  /** The one line of the error that ended it. */
  readonly failure?: string;
  readonly passed: boolean;
}
