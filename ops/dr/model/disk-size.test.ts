import fc from "fast-check";
import { diskGigabytesFor } from "./disk-size";
import { newDisk } from "./vendor-limits";

test("a database and its log leave a tenth of the disk free and more, so that the vendor does not begin to grow it; for any size", () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 60_000_000_000_000 }), (bytes) => {
      const gigabytes = diskGigabytesFor(bytes);
      expect((bytes + newDisk.logGigabytes * 1e9) / (gigabytes * 1e9)).toBeLessThan(newDisk.fullAt);
      expect(Number.isInteger(gigabytes)).toBe(true);
      // A disk never shrinks and is billed by the gigabyte: not half as much again and the log's.
      expect(gigabytes).toBeLessThanOrEqual((bytes / 1e9) * 1.5 + 6);
    }),
  );
});

test("a new project's disk is enough for 2 GB, and not for 3", () => {
  expect(diskGigabytesFor(2e9)).toBeLessThanOrEqual(newDisk.gigabytes);
  expect(diskGigabytesFor(3e9)).toBeGreaterThan(newDisk.gigabytes);
});
