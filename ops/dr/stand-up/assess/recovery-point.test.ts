import { MemoryStore } from "../../../backup/restore/test-support/memory-store";
import { chooseRecoveryPoint, latestVerified, pointInWords, type RecoveryPoint } from "./recovery-point";

test("an empty bucket is told with what can be done, and not with another point", async () => {
  const error: unknown = await chooseRecoveryPoint(new MemoryStore(), latestVerified, "unused").catch((thrown: unknown) => thrown);
  expect((error as Error).message).toMatch(/^CHI-H040 prod's bucket has no finished backup: .*npx chisan backup run --stack prod/);
  expect((error as Error).message).not.toContain("--recovery-point");
});

test("last verified means the same as in `backup list`: by a verification, not by the run that made it", () => {
  const point = { manifest: { kind: "daily", id: "20261123T030000Z", snapshotAt: "2026-11-23T03:00:00Z", roles: { bytes: 1 }, schema: { bytes: 1 }, rest: { bytes: 1 }, rows: [] }, passedOver: [] };
  const now = new Date("2026-11-23T06:00:00Z");
  const words = (proof: Partial<RecoveryPoint>["proof"]) => pointInWords({ ...point, proof } as unknown as RecoveryPoint, now);
  expect(words(undefined)).toContain("all there as its manifest says, last verified: never; lost is");
  expect(words({ depth: "restore", verifiedAt: "2026-11-23T04:00:00Z" } as RecoveryPoint["proof"])).toContain("last verified: restore, 2.0 h ago");
});
