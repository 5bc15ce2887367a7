/** What a drill's duration says nothing about: how long the same recovery is expected to take with as many data as production will have. */
import { assumedSeconds, currentSetting, usualFileBytes } from "../../model/assumptions";
import { fixedFromReport } from "../../model/from-report";
import { usualSizes } from "../../model/model-in-words";
import { ratesFile, readRates } from "../../model/rates";
import { estimate } from "../../model/recovery-model";
import type { Report } from "./schema";

/** Bytes of a database that a company of this kind may have; the model itself goes to 1 TB. */
const largest = 100e9;

/** The model's answers, from the rates that were measured (bench/recorded). Null where these cannot be read: a drill must not lose its report by it. */
export function atRealSize(report: Pick<Report, "target" | "id" | "phases">, file: string = ratesFile): NonNullable<Report["atRealSize"]> | null {
  try {
    const rates = readRates(file);
    const { seconds } = fixedFromReport(assumedSeconds, report);
    return {
      ratesOf: rates.date,
      filesBytes: usualFileBytes,
      estimates: usualSizes.filter((size) => size <= largest).map((database) => {
        const expected = estimate({ database, files: usualFileBytes }, currentSetting, rates, seconds);
        return { databaseBytes: database, seconds: Math.round(expected.seconds), met: expected.met };
      }),
    };
  } catch (error) {
    if (!(error instanceof Error) || !error.message.startsWith("CHI-H202")) throw error;
    process.stderr.write(`warning: the report has no expected time for larger data (${error.message})\n`);
    return null;
  }
}
