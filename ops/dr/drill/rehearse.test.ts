import { createPrivateKey } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Phase } from "../phases/phase";
import { rehearse, type CleanedUp, type Course } from "./rehearse";
import type { Report } from "./report/schema";
import { newPrivateKey } from "./signature/signature";
import { quietDisplay } from "./test-support/quiet-display";

const directory = mkdtempSync(join(tmpdir(), "chisan-rehearse-"));
const key = createPrivateKey(newPrivateKey());
afterAll(() => rmSync(directory, { recursive: true, force: true }));
beforeAll(() => jest.spyOn(process.stderr, "write").mockReturnValue(true));
afterAll(() => jest.restoreAllMocks());

let courses = 0;
interface Made {
  readonly course: Course;
  readonly happened: string[];
  readonly reports: Report[];
  readonly files: Record<string, string>[];
}

/** A drill of two phases and a clean-up, which notes what happens to it. */
function made(work: (happened: string[]) => Partial<Record<"prepare" | "stand-up" | "clean-up", Phase["run"]>> = () => ({}), more: Partial<Course> = {}): Made {
  const happened: string[] = [];
  const reports: Report[] = [];
  const files: Record<string, string>[] = [];
  const given = work(happened);
  const phase = (name: "prepare" | "stand-up" | "clean-up", facts: object): Phase => ({
    name,
    title: `Phase ${name}`,
    estimateSeconds: 1,
    run: async (situation) => {
      happened.push(name);
      return given[name]?.(situation) ?? { summary: "done", facts: facts as never };
    },
  });
  const course: Course = {
    operation: "drill",
    target: "sandbox",
    directory: join(directory, String((courses += 1))),
    key,
    phases: [
      phase("prepare", { resources: 1, tables: 2, rows: 3, files: 4 }),
      phase("stand-up", { summary: "all", steps: [], lossWindowSeconds: null, backup: null, rows: 3 }),
      phase("clean-up", { destroyed: ["all"], left: [], locked: [] }),
    ],
    parts: { prepare: "before", "stand-up": "outage", "clean-up": "clean-up" },
    keep: false,
    byHand: "all of it",
    begin: async ({ resumed }) => void happened.push(resumed ? "carried on" : "begun"),
    removeEverything: async (): Promise<CleanedUp> => {
      happened.push("removed everything");
      return { destroyed: ["everything"], left: [], locked: [] };
    },
    secrets: () => [],
    deliver: async (_id, all, report) => {
      files.push({ ...all });
      reports.push(report);
      return "delivered";
    },
    end: () => void happened.push("end"),
    ...more,
  };
  return { course, happened, reports, files };
}

const fails = (text: string) => ({ "stand-up": () => Promise.reject(new Error(text)) });

test("a drill that went well is cleaned up once, reported once, and over", async () => {
  const { course, happened, reports } = made();
  const { report, where } = await rehearse(course, false, quietDisplay);
  expect(happened).toEqual(["begun", "prepare", "stand-up", "clean-up", "end"]);
  expect([where, reports.length, report.result, report.failures]).toEqual(["delivered", 1, "passed", []]);
  await rehearse(course, false, quietDisplay);
  expect(happened.slice(5, 6)).toEqual(["begun"]);
});

test("a failure is cleaned up, told with its phase, and not carried on", async () => {
  const { course, happened } = made(() => fails("CHI-H061 no\n    at somewhere"));
  const { report } = await rehearse(course, false, quietDisplay);
  expect(happened).toEqual(["begun", "prepare", "stand-up", "removed everything", "end"]);
  expect(report).toMatchObject({ result: "failed", failures: ["Phase stand-up: CHI-H061 no"], cleanUp: { done: true, left: [], locked: [] } });
  expect(report.phases.map(({ state }) => state)).toEqual(["done", "failed", "done"]);
  await rehearse(course, false, quietDisplay);
  expect(happened[5]).toBe("begun");
});

test("kept on request, a failure is carried on with the phase that failed, and only the end removes", async () => {
  const errors = ["CHI-H061 once"];
  const { course, happened } = made(
    () => ({
      "stand-up": async () => {
        const error = errors.pop();
        if (error !== undefined) throw new Error(error);
        return { summary: "stands", facts: { summary: "all", steps: [], lossWindowSeconds: null, backup: null, rows: 3 } };
      },
    }),
    { keep: true },
  );
  expect((await rehearse(course, false, quietDisplay)).report).toMatchObject({ result: "failed", cleanUp: { done: false, left: ["all of it"] } });
  const { report } = await rehearse(course, false, quietDisplay);
  expect(happened).toEqual(["begun", "prepare", "stand-up", "carried on", "stand-up", "clean-up"]);
  expect(report).toMatchObject({ result: "passed", interruptions: 1 });
});

test("Ctrl-C: what runs is let end, everything is removed, and the report says who stopped it", async () => {
  const { course, happened } = made((seen) => ({
    "stand-up": ({ signal }) =>
      new Promise((_resolve, reject) => {
        signal.addEventListener("abort", () => {
          seen.push("let end");
          reject(signal.reason as Error);
        });
        process.emit("SIGINT");
      }),
  }));
  const { report } = await rehearse(course, false, quietDisplay);
  expect(happened).toEqual(["begun", "prepare", "stand-up", "let end", "removed everything", "end"]);
  expect(report.failures).toEqual(['The drill was interrupted at "Phase stand-up", and what it had made was removed']);
});

test("a clean-up that fails is completed, and stays a failure", async () => {
  const { course, happened } = made(() => ({ "clean-up": () => Promise.reject(new Error("CHI-H125 destroy failed")) }));
  const { report } = await rehearse(course, false, quietDisplay);
  expect(happened).toEqual(["begun", "prepare", "stand-up", "clean-up", "removed everything", "end"]);
  expect(report).toMatchObject({ result: "failed", failures: ["Phase clean-up: CHI-H125 destroy failed"], cleanUp: { done: true, left: [], locked: [] } });
});

test("what cannot be removed is named, and fails the drill", async () => {
  const { course } = made(() => fails("CHI-H061 no"), { removeEverything: () => Promise.reject(new Error("CHI-S999 still there")) });
  const { report } = await rehearse(course, false, quietDisplay);
  expect(report.cleanUp).toEqual({ done: false, left: ["CHI-S999 still there"], locked: [] });
  expect(report.failures).toContain("Not all that the drill made was destroyed: CHI-S999 still there");
  expect(report.nextActions[0]).toBe("Destroy what is left first: CHI-S999 still there");
});

test("a secret in an error, in a phase's words or in the environment is in no file", async () => {
  const canary = "canary-8c6f02d1";
  const url = `postgresql://postgres:${canary}@127.0.0.1:5432/postgres`;
  const { course, files } = made(() => ({ "stand-up": ({ say }) => (say(url), Promise.reject(new Error(`CHI-H061 ${url} refused`))) }));
  await rehearse(course, false, quietDisplay);
  expect(files).toHaveLength(1);
  for (const text of Object.values(files[0] ?? {})) expect(text).not.toContain(canary);
  const plain = made(() => fails(`CHI-H061 ${canary}`), { secrets: () => [canary] });
  const error = await rehearse(plain.course, false, quietDisplay).catch((each: Error) => each.message);
  expect(error).toMatch(/^CHI-H135 the report holds a value that opens something/);
  expect(error).not.toContain(canary);
  expect(plain.files).toEqual([]);
});
