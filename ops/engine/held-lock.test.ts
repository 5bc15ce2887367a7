import { heldLocks, lockInWords } from "./held-lock";

/** Recorded from the CLI 3.250.0 on a state in files; a bucket's address stands in the place of the path. */
const inBucket = [
  "error: the stack is currently locked by 1 lock(s). Either wait for the other process(es) to end or delete the lock file with `pulumi cancel`.",
  "  gs://state/.pulumi/locks/organization/chisan/prod/1111.json: created by devops@laptop-7 (pid 4242) at 2026-11-23T08:01:02+09:00",
].join("\n");

test("who holds the lock, and since when, also when the words came as one line", () => {
  const held = [{ by: "devops@laptop-7 (process 4242)", since: "2026-11-23T08:01:02+09:00" }];
  expect(heldLocks(inBucket)).toEqual(held);
  expect(heldLocks(inBucket.replace(/\s+/g, " "))).toEqual(held);
  expect(lockInWords(held)).toBe("locked by devops@laptop-7 (process 4242) since 2026-11-23T08:01:02+09:00");
});

test("each of several", () => {
  const two = `${inBucket.replace("1 lock(s)", "2 lock(s)")}\n  gs://state/2.json: created by runner@ci (pid 7) at 2026-11-23T07:00:00Z`;
  expect(lockInWords(heldLocks(two))).toBe(
    "locked by devops@laptop-7 (process 4242) since 2026-11-23T08:01:02+09:00, by runner@ci (process 7) since 2026-11-23T07:00:00Z",
  );
});

test("Pulumi Cloud does not say who", () => {
  const held = heldLocks("error: [409] Conflict: Another update is currently in progress.");
  expect(lockInWords(held)).toBe("locked by another update, whose holder the backend does not name");
});

test("another failure is no lock", () => {
  expect(heldLocks("error: could not read the state: created by somebody (pid 1) at noon")).toEqual([]);
  expect(heldLocks("googleapi: Error 409: already exists")).toEqual([]);
});
