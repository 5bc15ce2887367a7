/** The objectives of sections 3.2 and 3.3 of the operations document, as data, and how a drill's measurements are held against them. */

const minute = 60;
const hour = 60 * minute;
const day = 24 * hour;

/** What a drill measures; everything else it can only name. */
export const measuredQuantities = ["recoveryTime", "databaseLoss", "fileLoss", "regionMove"] as const;
export type MeasuredQuantity = (typeof measuredQuantities)[number];

export interface Objective {
  readonly id: string;
  readonly section: "3.2" | "3.3";
  readonly measure: "RPO" | "RTO";
  /** As the document names it. */
  readonly scenario: string;
  /** What it means to somebody who uses the system: a card's title. */
  readonly meaning: string;
  /** The document allows less than this. */
  readonly limitSeconds: number;
  /** The document's own words for how it is reached. */
  readonly method: string;
  /** Absent: a drill does not measure it, and `elsewhere` says what does. */
  readonly measuredBy?: MeasuredQuantity;
  readonly elsewhere?: string;
}

export const objectives: readonly Objective[] = [
  {
    id: "rto-complete-rebuild",
    section: "3.3",
    measure: "RTO",
    scenario: "Complete rebuild",
    meaning: "Time until users can work again",
    limitSeconds: 4 * hour,
    method: "Deploy from scratch + restore backup",
    measuredBy: "recoveryTime",
  },
  {
    id: "rpo-complete-disaster-database",
    section: "3.2",
    measure: "RPO",
    scenario: "Complete disaster, database",
    meaning: "Newest entries lost",
    limitSeconds: 7 * day,
    method: "Weekly export + migrations",
    measuredBy: "databaseLoss",
  },
  {
    id: "rpo-complete-disaster-files",
    section: "3.2",
    measure: "RPO",
    scenario: "Complete disaster, files",
    meaning: "Newest files lost",
    limitSeconds: 7 * day,
    method: "R2 versioning, on change",
    measuredBy: "fileLoss",
  },
  {
    id: "rto-region-outage",
    section: "3.3",
    measure: "RTO",
    scenario: "Region outage",
    meaning: "Time to leave a lost region",
    limitSeconds: hour,
    method: "Manual failover to backup region",
    measuredBy: "regionMove",
  },
  {
    id: "rpo-database-corruption",
    section: "3.2",
    measure: "RPO",
    scenario: "Database corruption",
    meaning: "Entries lost when the database is damaged",
    limitSeconds: day,
    method: "Daily snapshot",
    elsewhere: "npx chisan dr scenarios",
  },
  {
    id: "rpo-minor-data-loss",
    section: "3.2",
    measure: "RPO",
    scenario: "Minor data loss",
    meaning: "Entries lost after a mistake",
    limitSeconds: minute,
    method: "Supabase PITR",
    elsewhere: "docs/runbooks/procedure-b.md",
  },
  {
    id: "rto-application-crash",
    section: "3.3",
    measure: "RTO",
    scenario: "Application crash",
    meaning: "Time until a crashed program runs again",
    limitSeconds: 5 * minute,
    method: "Auto-restart via platform",
    elsewhere: "Cloud Run restarts a container whose liveness probe fails; watched by the uptime checks",
  },
  {
    id: "rto-database-failover",
    section: "3.3",
    measure: "RTO",
    scenario: "Database failover",
    meaning: "Time until a failed database server is replaced",
    limitSeconds: minute,
    method: "Supabase managed",
    elsewhere: "the vendor's own promise; nothing of ours can rehearse it",
  },
];

export type Verdict = "met" | "missed" | "not measured";

/** One objective beside what was measured. */
export interface Judged extends Omit<Objective, "measuredBy"> {
  readonly measuredSeconds: number | null;
  readonly verdict: Verdict;
}

/**
 * Holds the measurements against the objectives. What a drill should have measured and has not (it failed before) is "not measured": it is
 * for the drill's result to say that it failed.
 *
 * @param measured seconds
 */
export function judge(measured: Readonly<Partial<Record<MeasuredQuantity, number>>>, all: readonly Objective[] = objectives): Judged[] {
  return all.map(({ measuredBy, ...objective }) => {
    const seconds = measuredBy === undefined ? undefined : measured[measuredBy];
    if (seconds !== undefined && !(seconds >= 0)) throw new Error(`CHI-H120 ${measuredBy} was measured as ${seconds} s, which is no duration: a clock was moved; run the drill again`);
    const verdict = seconds === undefined ? "not measured" : seconds < objective.limitSeconds ? "met" : "missed";
    return { ...objective, measuredSeconds: seconds ?? null, verdict };
  });
}
