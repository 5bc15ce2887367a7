/** A procedure of disaster recovery is a list of phases: what the display, the journal and the report know of each. */

/** What a report may hold: no secret, no connection string. */
export type Fact = string | number | boolean | null | readonly Fact[] | { readonly [name: string]: Fact };

export interface PhaseResult {
  /** One line for the display and the report: `21 tables, 1,204,331 rows, equal to the manifest`. */
  readonly summary: string;
  readonly facts: Readonly<Record<string, Fact>>;
}

/** What a phase gets while it runs. */
export interface PhaseSituation {
  /** Results of the phases before it, of this run or of the one that it carries on. */
  readonly results: ReadonlyMap<string, PhaseResult>;
  /** One line that replaces the one before: what is done at the moment, with its rate where there is one. */
  say(text: string): void;
  /** Ends with the process: Ctrl-C. */
  readonly signal: AbortSignal;
}

export interface Phase {
  /** Stable: the journal's key. */
  readonly name: string;
  readonly title: string;
  /** Seconds that it is expected to take, from the last run's duration or the model; for the display's estimate only. */
  readonly estimateSeconds: number;
  /** Run again even when the journal has it done: what looks at the world (an assessment, a verification) may not be remembered. */
  readonly always?: boolean;
  /** Does its work. Harmless when repeated: it may have been killed at any moment, after all of it even. */
  run(situation: PhaseSituation): Promise<PhaseResult>;
}

/** One procedure as it went. */
export interface PhaseRecord {
  readonly name: string;
  readonly title: string;
  readonly state: "waiting" | "running" | "done" | "failed";
  /** ISO 8601, of the first attempt; absent while waiting. */
  readonly startedAt?: string;
  readonly endedAt?: string;
  /** Of all attempts together, without the time between them. */
  readonly seconds: number;
  readonly attempts: number;
  readonly result?: PhaseResult;
  /** The error's one line. */
  readonly failure?: string;
}
