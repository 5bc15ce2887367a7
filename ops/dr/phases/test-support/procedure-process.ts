/**
 * A procedure as a process of its own, so that a test can kill it. The order comes through stdin; a line on stdout for each thing that
 * happened: `<phase> begins`, `<phase> halfway`, `<phase> worked`. Its phases' work is a line each in the file `effects`.
 */
import { appendFileSync } from "node:fs";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import { createDisplay } from "../display";
import { interruptible } from "../../../output/interruptible";
import { openJournal } from "../journal";
import type { Phase } from "../phase";
import { runPhases } from "../run-phases";

export interface ProcedureOrder {
  readonly directory: string;
  readonly inputs: Record<string, string>;
  readonly phases: readonly string[];
  /** Of the phases' work, milliseconds between begin and end. */
  readonly pause: number;
}

async function main(): Promise<void> {
  const { directory, inputs, phases: names, pause } = JSON.parse(await text(process.stdin)) as ProcedureOrder;
  const phases = names.map((name, index): Phase => ({
    name,
    title: `Phase ${name}`,
    estimateSeconds: 1,
    always: index === 0,
    run: async ({ results, signal }) => {
      appendFileSync(join(directory, "effects"), `${name} after ${[...results].map(([done, { facts }]) => `${done}=${String(facts["of"])}`).join(",")}\n`);
      // Said after it is written: whoever reads the line may kill this process before its next statement.
      process.stdout.write(`${name} begins\n`);
      await sleep(pause, undefined, { signal });
      process.stdout.write(`${name} halfway\n`);
      await sleep(pause, undefined, { signal });
      process.stdout.write(`${name} worked\n`);
      return { summary: `${name} done`, facts: { of: process.pid } };
    },
  }));
  const journal = await openJournal(directory, "test", inputs);
  process.stdout.write(`opened ${journal.id}\n`);
  try {
    const { id } = journal;
    const records = await interruptible((signal) => runPhases({ operation: "test", id, journal, phases, display: createDisplay({ objectiveSeconds: 60 }), signal }));
    process.stdout.write(`records ${JSON.stringify(records)}\n`);
  } finally {
    journal.close();
  }
}

main().catch((error: Error) => {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
});
