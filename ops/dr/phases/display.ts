import { type Heading, type Moment, eventLine, progressLine, standing, tableLines } from "./display-lines";
import { LiveArea, type TerminalStream } from "./live-area";
import type { PhaseRecord } from "./phase";

/** Follows a procedure for whoever looks on. */
export interface Display {
  begin(heading: Heading): void;
  /** A phase began or ended. */
  show(record: PhaseRecord): void;
  /** What the phase does at the moment: takes the place of what it said before. */
  say(name: string, text: string): void;
  end(): void;
}

export interface DisplayOptions {
  /** Recovery time objective in seconds; unset, none is shown. */
  readonly objectiveSeconds?: number;
  /** From when the objective counts: when the outage began, where that is known. Unset: from the run's first start. */
  readonly since?: Date;
  /** Unset: stderr, so that stdout is the result's alone. */
  readonly stream?: TerminalStream;
}

/** Milliseconds between two lines of a log, and between two drawings of a terminal. */
const logInterval = 10_000;
const drawInterval = 500;

/**
 * On a terminal, a table of the phases that is redrawn in place; elsewhere a line per event and one every ten seconds. All on stderr.
 * Other lines that are written to stderr or stdout meanwhile come out above the table.
 */
export function createDisplay({ objectiveSeconds, since, stream = process.stderr }: DisplayOptions = {}): Display {
  const terminal = stream.isTTY === true;
  let heading: Heading | undefined;
  let records: readonly PhaseRecord[] = [];
  let said = "";
  let begun: number | undefined;
  let area: LiveArea | undefined;
  let timer: NodeJS.Timeout | undefined;

  const moment = (of: Heading): Moment => ({
    ...of, records, said, objectiveSeconds,
    since: since ?? of.startedAt,
    runningSeconds: begun === undefined ? 0 : (performance.now() - begun) / 1000,
    now: new Date(),
  });
  const line = (text: string) => stream.write(`${text}\n`);
  const draw = () => {
    if (heading === undefined) return;
    if (area === undefined) line(progressLine(moment(heading)));
    else area.show(tableLines(moment(heading)));
  };

  return {
    begin(given) {
      heading = given;
      // One that was killed in the middle does not run any more.
      records = given.records.map((record) => (record.state === "running" ? { ...record, state: "waiting" } : record));
      if (terminal) area = new LiveArea(stream, stream === process.stderr && process.stdout.isTTY ? [process.stdout] : []);
      if (area === undefined) {
        line(`${given.operation} ${given.id}${given.resumed ? ", carried on" : ""}: ${standing(moment(given))}`);
        for (const record of records.filter(({ state }) => state === "done")) line(`  ✔ ${record.title}, done before: ${record.result?.summary ?? ""}`);
      } else draw();
      timer = setInterval(draw, terminal ? drawInterval : logInterval);
      timer.unref();
    },
    show(record) {
      if (heading === undefined) return;
      records = records.map((other) => (other.name === record.name ? record : other));
      begun = record.state === "running" ? performance.now() : undefined;
      said = "";
      if (area === undefined) line(eventLine(moment(heading), record));
      else draw();
    },
    say(_name, text) {
      said = text.split("\n")[0] ?? "";
    },
    end() {
      clearInterval(timer);
      if (heading === undefined) return;
      if (area === undefined) line(standing(moment(heading)));
      else {
        draw();
        area.end();
      }
      heading = undefined;
    },
  };
}
