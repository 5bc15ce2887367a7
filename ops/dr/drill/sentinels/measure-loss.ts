/** What a disaster cost, from what was written and what is there afterwards. */
import type { Loss } from "../report/schema";
import type { Sentinel } from "./ledger";

/** What is there: content by number. */
export type Found = ReadonlyMap<number, string>;

/**
 * @param written of one kind, all from before the disaster
 * @param paceSeconds at which they were written: one may have been lost up to so much later than is measured
 */
export function measureLoss(written: readonly Sentinel[], found: Found, disasterAt: Date, paceSeconds: number): Loss {
  const survivors = written.filter(({ number, content }) => found.get(number) === content);
  const last = survivors.reduce<Sentinel | undefined>((latest, each) => (latest === undefined || each.number > latest.number ? each : latest), undefined);
  const missing = written.filter(({ number }) => !found.has(number));
  const begin = last === undefined ? written[0] : last;
  // With nothing lost there is nothing to count; with nothing left, everything since the first.
  const lossSeconds = survivors.length === written.length || begin === undefined ? 0 : Math.max(0, (disasterAt.getTime() - Date.parse(begin.at)) / 1000);
  return {
    written: written.length,
    survived: survivors.length,
    lost: written.length - survivors.length,
    holes: missing.filter(({ number }) => last !== undefined && number < last.number).length,
    changed: written.filter(({ number, content }) => found.has(number) && found.get(number) !== content).length,
    lastSurvivorAt: last?.at ?? null,
    lossSeconds: Math.round(lossSeconds * 10) / 10,
    paceSeconds,
  };
}
