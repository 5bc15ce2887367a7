/** Which scheduled backups are not there. Pure. */
import { scheduledRuns } from "../../../components/backup-schedule-plan";

/** Korea has no summer time. */
const koreaOffset = 9 * 3600_000;
const day = 86_400_000;

/** Times of a schedule of a fixed hour, daily or on one day of the week: what the plan has. @throws CHI-A075 for another one */
export function scheduledTimes(cron: string, from: Date, to: Date): Date[] {
  const found = /^(\d+) (\d+) \* \* (\*|\d)$/.exec(cron);
  if (found === null) throw new Error(`CHI-A075 the schedule "${cron}" is neither daily nor weekly: teach ops/backup/list/schedule-gaps.ts`);
  const [, minute = "", hour = "", weekday = "*"] = found;
  const times: Date[] = [];
  const first = Math.floor((from.getTime() + koreaOffset) / day) * day;
  for (let midnight = first; midnight - koreaOffset <= to.getTime(); midnight += day) {
    const at = new Date(midnight + Number(hour) * 3600_000 + Number(minute) * 60_000 - koreaOffset);
    if (weekday !== "*" && new Date(midnight).getUTCDay() !== Number(weekday) % 7) continue;
    if (at >= from && at <= to) times.push(at);
  }
  return times;
}

/**
 * Scheduled times without a backup between them and the next one, in words. Looked at from the oldest backup that is there, or as long as
 * the kind is kept; the last one counts as missing when all attempts of its run must have ended.
 */
export function gapsOf(kind: "daily" | "weekly", complete: readonly Date[], now: Date, keptDays: number): string[] {
  const { schedule } = scheduledRuns[kind];
  const sorted = complete.filter((time) => !Number.isNaN(time.getTime())).sort((a, b) => a.getTime() - b.getTime());
  const [oldest] = sorted;
  if (oldest === undefined) return [`there is no ${kind} backup at all`];
  const longest = (schedule.timeoutSeconds * (schedule.retries + 1) + 1800) * 1000;
  const from = new Date(Math.max(oldest.getTime(), now.getTime() - keptDays * day));
  const times = scheduledTimes(schedule.cron, from, new Date(now.getTime() - longest));
  return times.flatMap((time, index) => {
    const next = times[index + 1]?.getTime() ?? Number.POSITIVE_INFINITY;
    const there = sorted.some((each) => each.getTime() >= time.getTime() && each.getTime() < next);
    return there ? [] : [`no ${kind} backup of ${koreanTime(time)} KST`];
  });
}

function koreanTime(time: Date): string {
  return new Date(time.getTime() + koreaOffset).toISOString().slice(0, 16).replace("T", " ");
}
