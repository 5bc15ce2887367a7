import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { PhaseRecord } from "../phases/phase";
import { encryptionKey } from "../kit/test-support/made-up-stack";
import { type ApiImage, apiImageOf } from "./api-image";
import { type ReportInput, reportInWords, reportOf, writeReport } from "./report";

const phase = (name: string, more: Partial<PhaseRecord> = {}): PhaseRecord => ({ name, title: name, state: "done", seconds: 3, attempts: 1, result: { summary: `${name} is done`, facts: {} }, ...more });
const records: PhaseRecord[] = [
  phase("recovery-point", { result: { summary: "daily 20261123T030000Z", facts: { kind: "daily", id: "20261123T030000Z", snapshotAt: "2026-11-23T03:00:00.000Z", rows: 967, bytes: 9_800_000 } } }),
  phase("provision", { attempts: 2 }),
  phase("restore-database", { result: { summary: "", facts: { switchedOff: ["cron job nightly"], leftOut: [{ what: "extension x", why: "it is not there", missed: true }, { what: "rows", why: "the vendor's", missed: false }] } } }),
  phase("restore-files", { result: { summary: "", facts: { lostCount: 2, lost: [{ key: "a", why: "x" }, { key: "b", why: "y" }], withoutMetadata: 3 } } }),
];
const own: ApiImage = { state: "own", found: "elsewhere/api@sha256:0", mend: undefined };
const bootstrap = apiImageOf({ set: undefined, project: "chisan-dr", region: undefined, cloud: true }, { apiImage: null });
const input = (more: Partial<ReportInput> = {}): ReportInput => ({
  id: "20261123T090000.000Z", cloud: false, startedAt: "2026-11-23T09:00:00.000Z", now: new Date("2026-11-23T09:30:00Z"), records, checks: [{ name: "row counts", ok: true, detail: "fine" }], failure: undefined, image: own, kit: { encryptionKey }, ...more,
});

test("time and loss against the objectives of sections 3.2 and 3.3", () => {
  expect(reportOf(input())).toMatchObject({ result: "done", elapsedSeconds: 1800, objectiveSeconds: 14_400, withinObjective: true, lossWindowSeconds: 21_600, lossObjectiveSeconds: 604_800, lossWithinObjective: true });
  const late = reportOf(input({ startedAt: "2026-12-01T09:00:00.000Z", now: new Date("2026-12-01T13:00:01Z") }));
  expect(late).toMatchObject({ withinObjective: false, lossWithinObjective: false });
  expect(reportInWords(late)).toMatch(/MISSED[\s\S]*BEYOND the 7 days/);
});

test("what is left for a person: what was switched off, refused, lost, and the next command", () => {
  const { todo } = reportOf(input({ cloud: true, image: bootstrap }));
  const all = todo.join("\n");
  expect(all).toContain("cron job nightly");
  expect(all).toContain("refused by the new database: extension x: it is not there");
  expect(all).not.toContain("the vendor's");
  expect(all).toContain("2 files could not be copied: a, b");
  expect(all).toContain("3 files came without their Content-Type");
  expect(all).toContain("the image of the bootstrap");
  expect(todo.at(-1)).toBe("look at it, then: npx chisan dr cutover --cloud");
  const lost = apiImageOf({ set: "eu-docker.pkg.dev/chisan-prod/images/api@sha256:0", project: "chisan-dr", region: undefined, cloud: true }, { apiImage: "eu-docker.pkg.dev/chisan-prod/images/api@sha256:1" });
  expect(reportOf(input({ image: lost })).todo.join()).toContain("is lost with it: crane copy eu-docker.pkg.dev/chisan-prod/images/api@sha256:0 asia-northeast1-docker.pkg.dev/chisan-dr/chisan-dr-images/api");
  expect(reportOf(input()).todo.join()).not.toContain("bootstrap");
});

test("with an old kit a person is told what is unreadable and the one way that is left; with today's, to keep what was taken over", () => {
  const old = reportOf(input({ cloud: true, kit: { encryptionKey: null } })).todo.join("\n");
  expect(old).toContain("has no ENCRYPTION_KEY");
  expect(old).toContain("| pulumi config set chisan:encryptionKeys --secret --stack chisan-dr, npx chisan up chisan-dr --cloud");
  const { todo } = reportOf(input({ cloud: true }));
  expect(todo.join("\n")).toContain("commit Pulumi.chisan-dr.yaml");
  expect(todo.join("\n")).not.toMatch(/cannot be read|at least/);
  expect(reportOf(input()).todo.join("\n")).not.toContain("ENCRYPTION_KEY");
  expect(JSON.stringify(reportOf(input()))).not.toContain(encryptionKey.current.value);
});

test("a disk that the vendor did not make larger is told with what it has to have", () => {
  const refused = phase("size-disk", { result: { summary: "", facts: { neededGigabytes: 145, refused: "CHI-H043 too soon" } } });
  expect(reportOf(input({ records: [...records, refused] })).todo.join("\n")).toMatch(/CHI-H043 too soon.*at least 145 GB/);
});

test("a failed one says so first, with what was done, and gives no next command", () => {
  const failed = reportOf(input({ failure: "CHI-H059 chisan-dr is not whole", records: [...records.slice(0, 1), phase("provision", { state: "failed", failure: "CHI-H059 chisan-dr is not whole", result: undefined })] }));
  expect(failed).toMatchObject({ result: "failed", todo: [] });
  const words = reportInWords(failed);
  expect(words.split("\n")[0]).toBe("chisan-dr does NOT stand: CHI-H059 chisan-dr is not whole");
  expect(words).toContain("✖ provision");
});

test("before a recovery point was chosen nothing is said of a loss", () => {
  const report = reportOf(input({ records: [] }));
  expect(report).toMatchObject({ recoveryPoint: null, lossWindowSeconds: null, lossWithinObjective: null });
  expect(reportInWords(report)).not.toContain("data lost");
});

test("both files are their owner's alone, and a secret that slipped in is masked", () => {
  const directory = mkdtempSync(join(tmpdir(), "chisan-report-"));
  try {
    const files = writeReport(directory, reportOf(input({ failure: "cannot reach postgresql://postgres:canary-7f3e@db.example:5432/postgres" })));
    for (const file of Object.values(files)) {
      expect(statSync(file).mode & 0o777).toBe(0o600);
      expect(readFileSync(file, "utf8")).not.toContain("canary-7f3e");
    }
    expect(JSON.parse(readFileSync(files.json, "utf8"))).toMatchObject({ operation: "stand-up", result: "failed" });
  } finally {
    rmSync(directory, { recursive: true });
  }
});
