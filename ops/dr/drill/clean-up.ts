/** Takes down what a drill has made: by the tool's own command, as in the cloud, and then the sandbox with all that is left in it. */
import { existsSync } from "node:fs";
import { z } from "zod";
import type { Phase } from "../phases/phase";
import { factResult, type DrillContext } from "./drill-context";
import type { Doing } from "./drill-sandbox";
import type { CleanedUp } from "./rehearse";

/** Whatever happened before. Nothing that runs or lies in the drill's sandbox is left. */
export async function removeEverything({ sandbox }: Pick<DrillContext, "sandbox">): Promise<CleanedUp> {
  await sandbox.remove();
  const { paths } = sandbox;
  const left = existsSync(paths.sandbox) ? [`the drill's sandbox: CHISAN_SANDBOX_DIRECTORY=${paths.sandbox} npx chisan sandbox reset --yes`] : [];
  return { destroyed: ["the drill's sandbox, with every environment, database and file in it"], left, locked: [] };
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
      if (keep) return factResult("clean-up", `${destroyed.join(", ")}; the sandbox was kept, as asked for`, { destroyed, left: [`the drill's sandbox, as asked for: CHISAN_SANDBOX_DIRECTORY=${sandbox.paths.sandbox} npx chisan sandbox reset --yes`], locked: [] });
      say("the drill's sandbox");
      const removed = await removeEverything(context);
      return factResult("clean-up", [...destroyed, ...removed.destroyed].join("; "), { destroyed: [...destroyed, ...removed.destroyed], left: [...removed.left], locked: [] });
    },
  };
}

const answer = z.object({ kept: z.array(z.object({ bucket: z.string(), objects: z.number(), lockedUntil: z.iso.datetime().nullable() })).default([]) });

/**
 * By the command that one would type, with the name: what was written on the substitute is in prod again, which the phase before has proven.
 * What a lock keeps stays, as in the cloud, and goes with the sandbox; the report says so.
 *
 * @throws CHI-H125 when anything else is left
 */
async function destroyStandIn({ sandbox, standIn }: DrillContext, doing: Doing): Promise<string> {
  const { kept } = answer.parse(await sandbox.answer(["destroy", standIn, "--yes", "--confirm", standIn], doing));
  const stayed = kept.map(({ bucket, objects, lockedUntil }) => `${objects} objects in ${bucket} were kept by its lock, in the cloud until ${lockedUntil?.slice(0, 10) ?? "it is lifted"}, and went with the sandbox`);
  return `${standIn}, by \`npx chisan destroy ${standIn}\`${stayed.length === 0 ? "" : ` (${stayed.join("; ")})`}`;
}
