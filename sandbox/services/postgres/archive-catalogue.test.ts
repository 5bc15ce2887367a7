import * as fc from "fast-check";
import { type BaseBackup, type Catalogue, type Timeline, expiredBases, recoverySource } from "./archive-catalogue";

/** A history as the sandbox makes it: base backups at moments, recoveries each to an earlier moment, a base backup after some of them. */
const histories = fc
  .array(fc.record({ recoverTo: fc.option(fc.double({ min: 0, max: 1, noNaN: true }), { nil: undefined }), gap: fc.integer({ min: 1, max: 100 }) }), { minLength: 1, maxLength: 12 })
  .map((steps) => {
    let now = 1000;
    const bases: BaseBackup[] = [];
    const timelines: Timeline[] = [{ timeline: 1, liveFrom: now }];
    for (const { recoverTo, gap } of [{ recoverTo: undefined, gap: 1 }, ...steps]) {
      now += gap;
      const live = timelines.at(-1) as Timeline;
      const earliest = bases[0]?.consistentAt;
      if (recoverTo === undefined || earliest === undefined) bases.push({ id: `b${now}`, timeline: live.timeline, startSegment: "", consistentAt: now });
      else {
        const at = Math.floor(earliest + recoverTo * (now - 1 - earliest));
        const source = recoverySource({ bases, timelines }, at);
        if (source !== undefined) timelines.push({ timeline: live.timeline + 1, liveFrom: now, from: { timeline: source.timeline, at } });
      }
    }
    return { catalogue: { bases, timelines } as Catalogue, now: now + 50 };
  });

/** The events that a database on a timeline has seen at a moment, as intervals of wall-clock time: the model of what recovery must bring back. */
function seen(timelines: readonly Timeline[], timeline: number, at: number): string[] {
  const { from, liveFrom } = timelines.find((each) => each.timeline === timeline) as Timeline;
  const own = at > liveFrom ? [`${liveFrom}-${at}`] : [];
  return from === undefined ? own : [...seen(timelines, from.timeline, from.at), ...own];
}

test("every moment since the first base backup can be recovered, from a base backup whose content is part of that moment's", () => {
  fc.assert(
    fc.property(histories, fc.double({ min: 0, max: 1, noNaN: true }), ({ catalogue, now }, where) => {
      const first = catalogue.bases[0] as BaseBackup;
      const at = Math.floor(first.consistentAt + where * (now - first.consistentAt));
      const source = recoverySource(catalogue, at);
      expect(source).toBeDefined();
      const { base, timeline } = source as NonNullable<typeof source>;
      const live = catalogue.timelines.filter(({ liveFrom }) => liveFrom <= at).at(-1) as Timeline;
      expect(timeline).toBe(live.timeline);
      expect(base.consistentAt).toBeLessThanOrEqual(at);
      // The base's history is a beginning of the target's: all its whole intervals are there, and the last one is a part of one there.
      const of = seen(catalogue.timelines, base.timeline, base.consistentAt);
      const to = seen(catalogue.timelines, timeline, at);
      expect(to.slice(0, of.length - 1)).toEqual(of.slice(0, -1));
      const [ofFrom, ofTo] = (of.at(-1) ?? "").split("-").map(Number) as [number, number];
      const [toFrom, toTo] = (to[of.length - 1] ?? "").split("-").map(Number) as [number, number];
      expect([toFrom, toTo >= ofTo]).toEqual([ofFrom, true]);
    }),
  );
});

test("nothing is recovered to before the first base backup", () => {
  fc.assert(
    fc.property(histories, fc.integer({ min: 1, max: 1000 }), ({ catalogue }, earlier) => {
      expect(recoverySource(catalogue, (catalogue.bases[0] as BaseBackup).consistentAt - earlier)).toBeUndefined();
    }),
  );
});

test("what a retention drops is needed by no moment in it", () => {
  fc.assert(
    fc.property(histories, fc.double({ min: 0, max: 1, noNaN: true }), fc.double({ min: 0, max: 1, noNaN: true }), ({ catalogue, now }, a, b) => {
      const first = (catalogue.bases[0] as BaseBackup).consistentAt;
      const since = Math.floor(first + Math.min(a, b) * (now - first));
      const at = Math.floor(first + Math.max(a, b) * (now - first));
      const expired = expiredBases(catalogue, since);
      const kept = { ...catalogue, bases: catalogue.bases.filter((base) => !expired.includes(base)) };
      expect(recoverySource(kept, at)).toBeDefined();
    }),
    { numRuns: 2000 },
  );
});
