/**
 * Mutation test of the policies: prod's real program, broken in one place at a time, and who notices.
 * Run: npm run test:mutants [-- --sample N] [-- --seed S] [-- --policy ID] [-- --survivors] [-- --json]
 * Exit code: 0 when every intended mutant and every broken promise of the document is caught, 1 when one survives or the run fails.
 */
import { parseArgs } from "node:util";
import { scoreBlind } from "./blind/score";
import { scorePromises } from "./document/score";
import { scoreIntended } from "./intended/score";
import { allPacks, assertClean, recordedPrograms } from "./programs";
import { progressOf } from "./progress";
import { hasSurvivors, type MutationScore, scoreText } from "./report";

async function main(): Promise<void> {
  const boolean = { type: "boolean", default: false } as const;
  const { values } = parseArgs({
    options: {
      sample: { type: "string" },
      seed: { type: "string", default: "1" },
      policy: { type: "string" },
      survivors: boolean,
      json: boolean,
    },
  });
  const sample = values.sample === undefined ? undefined : wholeNumber("--sample", values.sample, 1);
  const seed = wholeNumber("--seed", values.seed, 0);
  const packs = allPacks();
  const programs = await recordedPrograms();
  await assertClean(programs, packs);
  const options = { seed, ...(sample === undefined ? {} : { sample }) };
  const intended = await scoreIntended(programs, packs, {
    ...options,
    ...(values.policy === undefined ? {} : { policy: values.policy }),
    progress: progressOf("intended mutants"),
  });
  const blind = scoreBlind(programs.prod, Object.values(packs).flat(), { ...options, progress: progressOf("blind mutants") });
  const score: MutationScore = { ...options, intended, promises: scorePromises(programs.prod, Object.values(packs).flat()), blind };
  process.stdout.write(values.json ? `${JSON.stringify(score, null, 2)}\n` : scoreText(score, values.survivors));
  if (hasSurvivors(score)) process.exitCode = 1;
}

function wholeNumber(option: string, text: string, least: number): number {
  const number = Number(text);
  if (!Number.isInteger(number) || number < least) throw new Error(`CHI-M011 ${option} is "${text}": give a whole number from ${least}`);
  return number;
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message.split("\n")[0] : String(error)}\n`);
  process.exitCode = 1;
});
