import { createPrivateKey } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { cloudCourse, type CloudHands } from "./cloud-drill";
import { rehearse } from "./rehearse";
import { newPrivateKey } from "./signature/signature";
import { quietDisplay } from "./test-support/quiet-display";

const directory = mkdtempSync(join(tmpdir(), "chisan-cloud-drill-"));
afterAll(() => rmSync(directory, { recursive: true, force: true }));
beforeAll(() => jest.spyOn(process.stderr, "write").mockReturnValue(true));
afterAll(() => jest.restoreAllMocks());

const key = createPrivateKey(newPrivateKey());
const stoodUp = {
  checks: [{ ok: true }, { ok: true }],
  phases: [{ name: "assess", title: "Assess", state: "done", seconds: 3, attempts: 1, result: { summary: "seen", facts: { secret: "not for the report" } } }],
  lossWindowSeconds: 5 * 3600,
  recoveryPoint: { kind: "daily", id: "20261123T180000Z", snapshotAt: "2026-11-23T18:00:00.000Z", rows: 12 },
};
let courses = 0;

/** A cloud in which nothing but chisan-dr is. */
function cloud({ before = 0, storage = 0, live = false, standUp = () => Promise.resolve<unknown>(stoodUp), destroys = true, keep = false, kept = [] as readonly object[] } = {}) {
  const commands: string[] = [];
  const uploads: string[] = [];
  const world = { resources: before, storage };
  const hands: CloudHands = {
    async chisan(args) {
      commands.push(args.join(" "));
      if (args[0] === "destroy") {
        if (destroys) world.resources = world.storage = kept.length === 0 ? 0 : 3;
        return { kept };
      }
      world.resources = 173;
      world.storage = 9;
      return standUp();
    },
    substitute: async () => ({ ...world, live }),
    previewCutOver: async () => ["api.chisan.app: A 198.51.100.7 -> A 203.0.113.9"],
    upload: async (name) => void uploads.push(name),
  };
  const course = cloudCourse({ directory: join(directory, String((courses += 1))), key, keep, reportTo: undefined, hands, secrets: [] });
  return { course, commands, uploads, world };
}

/** What no drill rehearses. */
const everyDrill = ["People: who notices, who decides, who is reachable at night", "The vendors' support and its working hours", "Pulumi's state lost for good, in every version"];
const names = (uploads: readonly string[]) => uploads.map((each) => each.replace(/^reports\/drill\/\d{8}T\d{6}\.\d{3}Z\//, ""));

test("stands up, previews, destroys, and nothing else; its proof is written last", async () => {
  const { course, commands, uploads, world } = cloud();
  const { report } = await rehearse(course, false, quietDisplay);
  expect(commands).toEqual(["dr stand-up --yes --confirm chisan-dr", "destroy chisan-dr --yes"]);
  expect(world.resources).toBe(0);
  expect(names(uploads)).toEqual(["report.md", "report.html", "report.json.sig", "report.json.pub", "report.json", "manifest.json"]);
  expect(report).toMatchObject({ result: "passed", target: "cloud", disasterAt: null, servedAgainAt: null, databaseLoss: null, data: { rows: 12, backup: { id: "20261123T180000Z" } } });
  expect(report.objectives.find(({ id }) => id === "rpo-complete-disaster-database")).toMatchObject({ measuredSeconds: 5 * 3600, verdict: "met" });
  expect(report.notRehearsed.map(({ what }) => what)).toEqual(["Sending users to the substitute", "The way back to production", "The disaster itself", "Loss of files", ...everyDrill]);
  expect(JSON.stringify(report)).not.toContain("not for the report");
});

test("a stand-up that fails leaves nothing behind, and no proof", async () => {
  const { course, commands, uploads, world } = cloud({ standUp: () => Promise.reject(new Error("CHI-H061 no")) });
  const { report } = await rehearse(course, false, quietDisplay);
  expect([report.result, world.resources, commands.at(-1)]).toEqual(["failed", 0, "destroy chisan-dr --yes"]);
  expect(names(uploads)).toEqual(["report.md", "report.html", "report.json.sig", "report.json.pub", "report.json"]);
});

test("an export that is too old misses the objective, and gives no proof", async () => {
  const { course, uploads } = cloud({ standUp: async () => ({ ...stoodUp, lossWindowSeconds: 8 * 86_400 }) });
  const { report } = await rehearse(course, false, quietDisplay);
  expect(report.failures).toEqual(["RPO of complete disaster, database was missed: 8 days, less than 7 days is allowed"]);
  expect(names(uploads)).not.toContain("manifest.json");
});

test("what cannot be destroyed fails the drill, with the command that removes it", async () => {
  const { course } = cloud({ destroys: false });
  const { report } = await rehearse(course, false, quietDisplay);
  expect(report).toMatchObject({ result: "failed", cleanUp: { done: false, left: ["173 resources of chisan-dr: npx chisan destroy chisan-dr --cloud"] } });
});

test("what a lock keeps is no failure: told with its end, its cost and the command, and the next drill begins all the same", async () => {
  const kept = [{ bucket: "chisan-files-vault-dr", objects: 2, bytes: 3_000_000_000, lockedUntil: "2026-12-24T14:30:00.000Z", dollarsPerMonth: 0.045 }];
  const { course } = cloud({ kept });
  const { report } = await rehearse(course, false, quietDisplay);
  const line = "chisan-files-vault-dr stays: 2 objects, 3.0 GB, $0.04 a month. A lock keeps them until 2026-12-24 14:30 UTC, then: npx chisan destroy chisan-dr --cloud";
  expect(report).toMatchObject({ result: "passed", cleanUp: { done: true, left: [], locked: [line] } });
  expect(report.proofs.at(-1)).toEqual({ claim: "Nothing that the drill made is left, but for copies that a lock protects", evidence: `chisan-dr, 170 resources, ${line}`, holds: true });
  const next = cloud({ before: 3, storage: 3 });
  expect((await rehearse(next.course, false, quietDisplay)).report.result).toBe("passed");
});

test.each([
  ["somebody else's chisan-dr", { before: 20 }, "it has 20 resources"],
  ["a chisan-dr that serves users", { before: 173, live: true }, "users are there"],
])("%s is not touched", async (_what, given, words) => {
  const { course, commands } = cloud(given);
  await expect(rehearse(course, false, quietDisplay)).rejects.toThrow(new RegExp(`^CHI-H147 .*${words}.*nothing was touched`));
  expect(commands).toEqual([]);
});
