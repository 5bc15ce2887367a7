/** Takes down what a drill has made: by the tool's own command, as in the cloud, and then the sandbox with all that is left in it. */
import { existsSync } from "node:fs";
import type { Phase } from "../phases/phase";
import { factResult, type DrillContext } from "./drill-context";
import type { Doing } from "./drill-sandbox";
import type { CleanedUp } from "./rehearse";

/** Whatever happened before. Nothing that runs or lies in the drill's sandbox is left. */
export async function removeEverything({ sandbox }: Pick<DrillContext, "sandbox">): Promise<CleanedUp> {
  await sandbox.remove();
  const { paths } = sandbox;
  const left = existsSync(paths.sandbox) ? [`the drill's sandbox: CHISAN_SANDBOX_DIRECTORY=${paths.sandbox} npx chisan sandbox reset --yes`] : [];
  return { destroyed: ["the drill's sandbox, with every environment, database and file in it"], left };
}

export function cleanUpPhase(context: DrillContext, keep: boolean): Phase {
  const { sandbox, estimate } = context;
  return {
    name: "clean-up",
    title: "Destroy what was made",
    estimateSeconds: estimate("clean-up", 45),
    async run({ say, signal }) {
      // A drill that was killed here may have removed the sandbox already.
      const destroyed: string[] = [];
      if (existsSync(sandbox.sandbox.world)) {
        destroyed.push(await destroyStandIn(context, { say, signal }));
      }
      if (keep) return factResult("clean-up", `${destroyed.join(", ")}; the sandbox was kept, as asked for`, { destroyed, left: [`the drill's sandbox, as asked for: CHISAN_SANDBOX_DIRECTORY=${sandbox.paths.sandbox} npx chisan sandbox reset --yes`] });
      say("the drill's sandbox");
      const removed = await removeEverything(context);
      return factResult("clean-up", [...destroyed, ...removed.destroyed].join("; "), { destroyed: [...destroyed, ...removed.destroyed], left: [...removed.left] });
    },
  };
}

const bucket = "cloudflare:index/r2Bucket:R2Bucket";

/**
 * By the command that one would type. Cloudflare deletes no bucket that has something in it, and the vault's lock keeps what was restored: the
 * buckets stay then, and go with the sandbox. The report names it.
 *
 * @throws CHI-H125 when anything else is left
 */
async function destroyStandIn({ sandbox, standIn }: DrillContext, doing: Doing): Promise<string> {
  try {
    await sandbox.chisan(["destroy", standIn, "--yes", "--json", "--", "--continue-on-error"], doing);
    return `${standIn}, by \`npx chisan destroy ${standIn}\``;
  } catch (error) {
    const left = sandbox.remainingTypes(standIn);
    if (doing.signal.aborted || left.length === 0 || left.some((type) => type !== bucket)) throw error;
    return `${standIn} by \`npx chisan destroy ${standIn}\`, but for ${left.length} buckets with what was restored into them`;
  }
}
