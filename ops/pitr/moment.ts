/** Moments in time as people type them, and as they are said back. */

/** A typed moment. */
export interface Moment {
  /** Whole seconds since 1970: the vendor recovers to no fraction. Rounded down, so that nothing later than asked for comes back. */
  readonly seconds: number;
  /** Whether it was said relative to now: the same words mean another moment later. */
  readonly relative: boolean;
  /** Whether a fraction of a second was cut off. */
  readonly cut: boolean;
}

const unitSeconds: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 };

/**
 * ISO 8601 with a zone (`2026-11-23T14:05:00+09:00`, `…Z`), or `<number><s|m|h|d> ago`.
 *
 * @param now milliseconds since 1970
 * @throws CHI-A110 for anything else, in particular a time without its zone: it would mean another moment on another machine
 */
export function parseMoment(text: string, now: number): Moment {
  const ago = /^(\d{1,9})\s*([smhd])\s+ago$/.exec(text.trim());
  if (ago) {
    const exact = now / 1000 - Number(ago[1]) * (unitSeconds[ago[2] ?? ""] ?? Number.NaN);
    return { seconds: Math.floor(exact), relative: true, cut: false };
  }
  const iso = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d)(:\d\d)?([.,]\d+)?\s*(Z|[+-]\d\d:?\d\d)?$/i.exec(text.trim());
  if (iso === null) throw wrong(text, "is neither ISO 8601 with a zone nor like \"10m ago\"");
  const [, date = "", minutes = "", seconds = ":00", fraction = "", zone] = iso;
  if (zone === undefined) throw wrong(text, "has no zone, so it is ambiguous");
  const offset = zone.toUpperCase() === "Z" ? "Z" : `${zone.slice(0, 3)}:${zone.slice(-2)}`;
  const milliseconds = Date.parse(`${date}T${minutes}${seconds}${offset}`);
  // The engine takes 2026-02-30 for the second of March.
  if (Number.isNaN(milliseconds) || !isOnCalendar(date)) throw wrong(text, "is no moment of the calendar");
  return { seconds: milliseconds / 1000, relative: false, cut: /[1-9]/.test(fraction) };
}

function isOnCalendar(date: string): boolean {
  const midnight = new Date(`${date}T00:00:00Z`);
  return !Number.isNaN(midnight.getTime()) && midnight.toISOString().startsWith(date);
}

function wrong(text: string, problem: string): Error {
  return new Error(`CHI-A110 the time "${text}" ${problem}: say for example "2026-11-23T14:05:00+09:00" (KST), 2026-11-23T05:05:00Z or "10m ago"`);
}

/** `2026-11-23 05:05:00 UTC (14:05:00 KST)`, with the day where it differs. @param seconds since 1970 */
export function momentInWords(seconds: number): string {
  const text = (shift: number): string => new Date((seconds + shift) * 1000).toISOString().replace("T", " ").slice(0, 19);
  // Korea has had one zone, without summer time, since 1988.
  const [utc, kst] = [text(0), text(9 * 3600)];
  return `${utc} UTC (${kst.slice(0, 10) === utc.slice(0, 10) ? kst.slice(11) : kst} KST)`;
}

/** `2 h 5 min`, `45 s`: the two largest units. @param seconds not negative */
export function durationInWords(seconds: number): string {
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min${whole % 60 ? ` ${whole % 60} s` : ""}`;
  if (whole < 86_400) return `${Math.floor(whole / 3600)} h${Math.floor((whole % 3600) / 60) ? ` ${Math.floor((whole % 3600) / 60)} min` : ""}`;
  return `${Math.floor(whole / 86_400)} d${Math.floor((whole % 86_400) / 3600) ? ` ${Math.floor((whole % 86_400) / 3600)} h` : ""}`;
}
