import { parseMoment } from "../pitr/moment";

/** Like `parseMoment`, to the millisecond: a version's own time, as `files versions` prints it, is the first at which it is there. */
export function momentOf(text: string, now: number): Date {
  const { seconds } = parseMoment(text, now);
  const fraction = /\d{2}:\d{2}:\d{2}[.,](\d{1,3})/.exec(text)?.[1];
  return new Date(seconds * 1000 + (fraction === undefined ? 0 : Number(fraction.padEnd(3, "0"))));
}
