/** The environment itself: `up` of chisan-dr, with all policies, its own credentials and its own state. */
import { setTimeout as sleep } from "node:timers/promises";
import { heldLocks, lockInWords, unlockCommand } from "../../engine/held-lock";
import type { RunSummary } from "../../engine/watched-run";
import { changesInWords } from "../../output/changes";
import type { Phase } from "../phases/phase";
import { changeInWords } from "../region/expected-changes";
import type { EncryptionKey } from "../kit/kit";
import { type DrStack, standIn } from "./dr-stack";
import { takeOverKey } from "./take-over-key";

/** Types whose replacement loses what was restored into them already. */
const holdData = ["supabase:index/project:Project", "cloudflare:index/r2Bucket:R2Bucket"];
const losing = /delete|replace/;

/** An engine that a `kill -9` of this tool left at work ends by itself; it is waited for so long. */
const lockLimitSeconds = 1200;
const usualLockPause = 5;

export interface ProvisionInput {
  readonly stack: Pick<DrStack, "resources" | "configured" | "configureEncryptionKey" | "preview" | "up" | "explainFailure">;
  /** Of the data that will be restored; null where the kit has none. Secret. */
  readonly encryptionKey: EncryptionKey | null;
  /** Whether an earlier run of this very stand-up has begun this phase. */
  readonly begun: boolean;
  /** Resources that the program declares. */
  readonly declared: number;
  readonly estimateSeconds: number;
  /** Between two looks at a lock. */
  readonly lockPauseSeconds?: number;
}

export function provisionPhase({ stack, encryptionKey, begun, declared, estimateSeconds, lockPauseSeconds = usualLockPause }: ProvisionInput): Phase {
  return {
    name: "provision",
    title: `Provision ${standIn}`,
    estimateSeconds,
    async run({ say, signal }) {
      await refuseLive(stack);
      const key = await takeOverKey(stack, encryptionKey);
      say(`prod's ENCRYPTION_KEY: ${key}`);
      const there = (await stack.resources()).length;
      if (there > 0) {
        say(`${there} resources are there ${begun ? "from the run before" : "already"}: looking at what an up would change`);
        await refuseLosses(stack);
      }
      const summary = await upWhenUnlocked({ stack, declared, lockPauseSeconds }, say, signal);
      if (summary.exitCode !== 0) throw failed(summary, stack.explainFailure());
      return {
        summary: `${changesInWords(summary.changes)}, ${summary.policies.violations.length === 0 ? "no policy violated" : `${summary.policies.violations.length} policies violated`}`,
        facts: { changes: { ...summary.changes }, resourcesBefore: there, carriedOn: begun && there > 0, encryptionKey: key },
      };
    },
  };
}

/** After a cut-over chisan-dr is the live system. @throws CHI-H056 */
export async function refuseLive({ configured }: Pick<DrStack, "configured">): Promise<void> {
  if ((await configured("cutOver")) !== "true") return;
  throw new Error(`CHI-H056 ${standIn} is live (chisan:cutOver is true): a stand-up is for before the cut-over, nothing was touched; to give back to prod: npx chisan dr failback`);
}

/** @throws CHI-H057 naming what would be lost */
async function refuseLosses({ preview }: ProvisionInput["stack"]): Promise<void> {
  const lost = (await preview()).filter(({ operation, urn }) => losing.test(operation) && holdData.some((type) => urn.includes(`$${type}::`) || urn.includes(`::${type}::`)));
  if (lost.length === 0) return;
  throw new Error(
    `CHI-H057 ${standIn} exists, and this checkout would lose data of it (${lost.map(changeInWords).join("; ")}), nothing was touched: ` +
      `check out what it was made from, or, if it is a forgotten drill's, npx chisan destroy ${standIn} first`,
  );
}

/** @throws CHI-H058 when the lock outlives the limit, or this run was interrupted meanwhile */
async function upWhenUnlocked(
  { stack, declared, lockPauseSeconds }: Pick<ProvisionInput, "stack" | "declared"> & { readonly lockPauseSeconds: number },
  say: (text: string) => void,
  signal: AbortSignal,
): Promise<RunSummary> {
  const until = Date.now() + lockLimitSeconds * 1000;
  for (;;) {
    const began = Date.now();
    const summary = await stack.up((done, what) => say(progressInWords(done, declared, what, began)));
    const locks = summary.exitCode === 0 ? [] : heldLocks(summary.errors.join("\n"));
    if (locks.length === 0) return summary;
    if (Date.now() > until) {
      throw new Error(`CHI-H058 the state of ${standIn} is ${lockInWords(locks)} for more than ${lockLimitSeconds / 60} minutes: if that process is dead: ${unlockCommand(standIn)}, then type the same command again`);
    }
    say(`the state is ${lockInWords(locks)}, an engine that is still at work: waiting for it`);
    await sleep(lockPauseSeconds * 1000, undefined, { signal });
  }
}

function progressInWords(done: number, declared: number, what: string, began: number): string {
  const rate = done / Math.max(1, (Date.now() - began) / 1000);
  return `${done} of about ${declared} resources, ${rate.toFixed(1)} a second: ${what}`;
}

function failed({ errors, exitCode, policies }: RunSummary, explanation: string | undefined): Error {
  const [violation] = policies.violations;
  const words = violation === undefined ? (errors[0]?.split("\n")[0] ?? `pulumi ended with ${exitCode}`) : `a policy refuses: ${violation.policy}: ${violation.what}`;
  const more = explanation === undefined ? "" : `; ${explanation.split("\n")[0]}`;
  return new Error(`CHI-H059 ${standIn} is not whole (${words}${more}): what was made is kept; mend what it says and type the same command again, it carries on`);
}
