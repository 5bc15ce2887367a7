/** A drill's report as it is signed and kept: versioned, so that a report of a year ago can still be read. */
import { z } from "zod";

export const reportNames = { json: "report.json", markdown: "report.md", html: "report.html", signature: "report.json.sig", publicKey: "report.json.pub" } as const;

const seconds = z.number().nonnegative();
const time = z.iso.datetime();

/** A phase of a procedure, or a step of one. */
export const stepSchema = z.strictObject({
  name: z.string(),
  title: z.string(),
  state: z.enum(["waiting", "running", "done", "failed"]),
  startedAt: time.nullable(),
  endedAt: time.nullable(),
  /** Of all attempts together, without the time between them. */
  seconds,
  attempts: z.number().int().nonnegative(),
  summary: z.string().nullable(),
  failure: z.string().nullable(),
});

/** What sentinels measure: rows or files written at a steady pace, before and after the backup. */
export const lossSchema = z.strictObject({
  written: z.number().int(),
  survived: z.number().int(),
  lost: z.number().int(),
  /** Missing though a later one survived: not the end of the data, but a hole in them. */
  holes: z.number().int(),
  /** Survived with another content than was written. */
  changed: z.number().int(),
  lastSurvivorAt: time.nullable(),
  /** From the last one that survived to the disaster. */
  lossSeconds: seconds,
  /** Pace at which they were written: what is measured is right to within it. */
  paceSeconds: z.number().positive(),
});
export type Loss = z.infer<typeof lossSchema>;

const after = z.strictObject({ written: z.number().int(), found: z.number().int() });

export const reportSchema = z.strictObject({
  formatVersion: z.literal(1),
  kind: z.literal("dr-drill"),
  /** The time at which the drill began, as in `20261123T143000.123Z`: the journal's. */
  id: z.string().regex(/^\d{8}T\d{6}\.\d{3}Z$/),
  stack: z.string(),
  target: z.enum(["sandbox", "cloud"]),
  /** The checkout's commit; null outside of one. `changed`: files were not as committed. */
  code: z.strictObject({ commit: z.string().nullable(), changed: z.boolean() }),
  startedAt: time,
  endedAt: time,
  result: z.enum(["passed", "failed"]),
  /** Why it failed, a line each. */
  failures: z.array(z.string()),
  /** How often the drill was killed or stopped and carried on. */
  interruptions: z.number().int().nonnegative(),
  data: z.strictObject({
    tables: z.number().int().nullable(),
    rows: z.number().int().nullable(),
    files: z.number().int().nullable(),
    backup: z.strictObject({ kind: z.string(), id: z.string(), snapshotAt: time }).nullable(),
  }),
  disasterAt: time.nullable(),
  /** When a client of the public address was served again; null when it never was, or in a drill that does not cut over. */
  servedAgainAt: time.nullable(),
  recoveryTime: z.strictObject({ seconds, phases: z.array(z.string()) }).nullable(),
  /** What would be lost of the database in the worst moment: right before the next scheduled backup. */
  worstCaseLossSeconds: seconds.nullable(),
  /** What the model expects with production's amount of data, people's time included; absent from reports of before. */
  atRealSize: z
    .strictObject({
      /** When the rates were measured, `2026-11-23`. */
      ratesOf: z.iso.date(),
      filesBytes: z.number().positive(),
      estimates: z.array(z.strictObject({ databaseBytes: z.number().positive(), seconds, met: z.boolean() })),
    })
    .nullish(),
  databaseLoss: lossSchema.nullable(),
  fileLoss: lossSchema.nullable(),
  afterCutOver: z.strictObject({ rows: after, files: after.nullable() }).nullable(),
  objectives: z.array(
    z.strictObject({
      id: z.string(),
      section: z.string(),
      measure: z.enum(["RPO", "RTO"]),
      scenario: z.string(),
      meaning: z.string(),
      limitSeconds: seconds,
      method: z.string(),
      elsewhere: z.string().optional(),
      measuredSeconds: seconds.nullable(),
      verdict: z.enum(["met", "missed", "not measured"]),
    }),
  ),
  phases: z.array(z.strictObject({ ...stepSchema.shape, part: z.enum(["before", "outage", "substitute", "return", "clean-up"]), steps: z.array(stepSchema) })),
  proofs: z.array(z.strictObject({ claim: z.string(), evidence: z.string(), holds: z.boolean() })),
  notRehearsed: z.array(z.strictObject({ what: z.string(), why: z.string(), instead: z.string() })),
  nextActions: z.array(z.string()),
  /** `locked`: what a lock keeps for its time, with its end; absent from reports of before. */
  cleanUp: z.strictObject({ done: z.boolean(), left: z.array(z.string()), locked: z.array(z.string()).default([]) }),
  /** SHA-256 of what was made of this report, so that its signature covers them as well. */
  renderings: z.strictObject({ [reportNames.markdown]: z.string(), [reportNames.html]: z.string() }),
});

export type Report = z.infer<typeof reportSchema>;
/** The report before it was rendered. */
export type ReportBody = Omit<Report, "renderings">;
export type ReportPhase = Report["phases"][number];
export type ReportStep = ReportPhase["steps"][number];
export type Part = ReportPhase["part"];
