import type { ObjectStore } from "../object-store";

const cronType = "cloudflare:index/workersCronTrigger:WorkersCronTrigger";

/** https://developers.cloudflare.com/workers/configuration/cron-triggers/: five fields, UTC; Sunday is 1 there, and names may be used. */
const months = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];
const days = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];

/** Calls the Workers' cron triggers when the sandbox's clock passes their minutes. A minute that passes while it is stopped is not made up for. */
export class Crons {
  private timer: NodeJS.Timeout | undefined;
  private lastMinute: number;

  constructor(
    private readonly store: ObjectStore,
    private readonly run: (script: string, cron: string, at: Date) => Promise<void>,
  ) {
    this.lastMinute = minuteOf(store.clock.now());
  }

  start(): void {
    this.timer = setInterval(() => this.look(), 5000).unref();
  }

  stop(): void {
    clearInterval(this.timer);
  }

  /** Of minutes that the clock jumped over, only the one that it has come to counts: a drill that moves it by a month wants one run, not 43,200. */
  look(): void {
    const minute = minuteOf(this.store.clock.now());
    if (minute === this.lastMinute) return;
    this.lastMinute = minute;
    const at = new Date(minute * 60_000);
    for (const { script, cron } of this.declared()) {
      if (isDue(cron, at)) this.run(script, cron, at).catch((error: Error) => console.error(error.message));
    }
  }

  /** Runs all triggers of one Worker now. Resolves to their expressions. */
  async trigger(script: string): Promise<string[]> {
    const own = this.declared().filter((each) => each.script === script);
    for (const { cron } of own) await this.run(script, cron, new Date(this.store.clock.now()));
    return own.map(({ cron }) => cron);
  }

  private declared(): { script: string; cron: string }[] {
    return this.store.world
      .list(cronType)
      .flatMap(({ inputs }) =>
        ((inputs.schedules ?? []) as { cron: string }[]).map(({ cron }) => ({ script: String(inputs.scriptName), cron })),
      );
  }
}

function minuteOf(milliseconds: number): number {
  return Math.floor(milliseconds / 60_000);
}

/** Whether an expression names this minute. Day of the month and day of the week: either is enough when both are restricted, as cron has it. */
export function isDue(cron: string, at: Date): boolean {
  const [minute = "", hour = "", day = "", month = "", weekday = ""] = cron.trim().toUpperCase().split(/\s+/);
  const dayMatches = matches(day, at.getUTCDate(), 1, 31, []);
  const weekdayMatches = matches(weekday, at.getUTCDay() + 1, 1, 7, days);
  const either = day !== "*" && weekday !== "*" ? dayMatches || weekdayMatches : dayMatches && weekdayMatches;
  return (
    matches(minute, at.getUTCMinutes(), 0, 59, []) &&
    matches(hour, at.getUTCHours(), 0, 23, []) &&
    either &&
    matches(month, at.getUTCMonth() + 1, 1, 12, months)
  );
}

function matches(field: string, value: number, least: number, most: number, names: readonly string[]): boolean {
  const number = (text: string) => (names.includes(text) ? names.indexOf(text) + 1 : Number(text));
  return field.split(",").some((part) => {
    const [range = "", step = "1"] = part.split("/");
    const [from, to] =
      range === "*"
        ? [least, most]
        : range.includes("-")
          ? range.split("-").map(number)
          : [number(range), part.includes("/") ? most : number(range)];
    return from !== undefined && to !== undefined && value >= from && value <= to && (value - from) % Number(step) === 0;
  });
}
