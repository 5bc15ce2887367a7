/**
 * One file per incident, one line of JSON per record, only ever appended to.
 *
 * A record is one `write` to a file opened with O_APPEND: the kernel puts each at the file's end as it is at that moment, so writers need no
 * lock, and a process that is killed has written its line or not. A line that a full disk or a power cut shortened stands alone, because
 * each record begins on a line of its own.
 */
import { closeSync, constants, fsyncSync, linkSync, mkdirSync, openSync, readFileSync, unlinkSync, writeFileSync, writeSync } from "node:fs";
import { dirname } from "node:path";
import { parseRecord, type IncidentRecord } from "./incident-record";

export interface JournalContent {
  /** In the order of their times. */
  readonly records: readonly IncidentRecord[];
  /** Numbers of the lines that are no record, from 1. */
  readonly unreadableLines: readonly number[];
}

/** Begins a journal. Whole or not at all, also when the process is killed. @returns false when the file is there already */
export function beginJournal(path: string, opened: IncidentRecord): boolean {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const draft = `${path}.${process.pid}.draft`;
  writeFileSync(draft, lineOf(opened), { mode: 0o600, flush: true });
  try {
    // Unlike a rename, a link never replaces what is there.
    linkSync(draft, path);
    syncDirectory(dirname(path));
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  } finally {
    unlinkSync(draft);
  }
}

/**
 * Adds a record to a journal that exists.
 *
 * @param durable waits for the disk, so that a power cut does not lose it; without, it survives the death of the process only
 * @throws CHI-I007 when it could not be written whole
 */
export function appendRecord(path: string, record: IncidentRecord, durable: boolean): void {
  const bytes = Buffer.from(lineOf(record));
  const file = openSync(path, constants.O_WRONLY | constants.O_APPEND);
  try {
    const written = writeSync(file, bytes);
    if (written < bytes.length) throw new Error(`CHI-I007 ${path}: ${written} of ${bytes.length} bytes were written: make room on the disk (df -h) and say it again`);
    if (durable) fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

export function readJournal(path: string): JournalContent {
  const records: IncidentRecord[] = [];
  const unreadableLines: number[] = [];
  for (const [index, line] of readFileSync(path, "utf8").split("\n").entries()) {
    if (line === "") continue;
    const record = parseRecord(line);
    if (record === undefined) unreadableLines.push(index + 1);
    else records.push(record);
  }
  return { records: records.sort((one, other) => Date.parse(one.at) - Date.parse(other.at)), unreadableLines };
}

/** An empty line first: what a cut-off write left behind does not swallow the record. */
function lineOf(record: IncidentRecord): string {
  return `\n${JSON.stringify(record)}\n`;
}

function syncDirectory(path: string): void {
  const directory = openSync(path, "r");
  try {
    fsyncSync(directory);
  } finally {
    closeSync(directory);
  }
}
