import { InvalidArgumentError, Option, type Command } from "commander";
import { assumedSeconds, currentSetting, usualFileBytes } from "../dr/model/assumptions";
import { fixedFromReport, readReport } from "../dr/model/from-report";
import { modelFacts, modelInWords, usualSizes } from "../dr/model/model-in-words";
import { readRates } from "../dr/model/rates";
import { computeSizes, type ComputeSize } from "../dr/model/vendor-limits";

interface ModelOptions {
  readonly compute: ComputeSize;
  readonly filesGb: number;
  readonly databaseGb?: number;
  readonly newDisk?: boolean;
  readonly fromReport?: string;
  readonly json?: boolean;
}

/** `chisan dr model`: the expected duration of a complete rebuild by size. Reads two files, and touches nothing. */
export function addDrModel(group: Command): void {
  group
    .command("model")
    .description("expected duration of a complete rebuild at 1 GB to 1 TB, what decides in each phase, and what to change where 4 hours are missed")
    .addOption(new Option("--compute <size>", "of chisan-dr's database").choices(computeSizes).default(currentSetting.compute))
    .option("--files-gb <gigabytes>", "size of all files", gigabytes, usualFileBytes / 1e9)
    .option("--database-gb <gigabytes>", "this size only", gigabytes)
    .option("--new-disk", "as if the vendor refused to make chisan-dr's disk larger before the restore")
    .option("--from-report <file>", "a drill's report.json: its durations instead of assumed ones")
    .option("--json", "only the result, as JSON, on stdout")
    .option("--debug", "show stack traces")
    .action(({ compute, filesGb, databaseGb, newDisk, fromReport, json }: ModelOptions) => {
      const { seconds: fixed, taken } = fromReport === undefined ? { seconds: assumedSeconds, taken: [] } : fixedFromReport(assumedSeconds, readReport(fromReport));
      const amounts = (databaseGb === undefined ? usualSizes : [databaseGb * 1e9]).map((database) => ({ database, files: filesGb * 1e9 }));
      const model = { setting: { ...currentSetting, compute, diskReady: newDisk !== true }, fixed, rates: readRates(), amounts, taken };
      process.stdout.write(json === true ? `${JSON.stringify(modelFacts(model))}\n` : `${modelInWords(model)}\n`);
    });
}

function gigabytes(text: string): number {
  const value = Number(text);
  // A petabyte is a slip of the finger.
  if (text.trim() === "" || !(value >= 0.001 && value <= 1e6)) throw new InvalidArgumentError("give gigabytes, 0.001 to 1000000");
  return value;
}
