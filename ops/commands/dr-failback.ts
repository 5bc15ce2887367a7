import type { Command } from "commander";
import { confirmByName, refuseOtherName, type Confirmation } from "../dr/confirm-by-name";
import { objectiveSeconds } from "../dr/cut-over/cut-over";
import { failBack } from "../dr/cut-over/fail-back";
import { createDisplay } from "../dr/phases/display";

interface FailBackOptions extends Confirmation {
  startOver?: boolean;
  cloud?: boolean;
  json?: boolean;
}

/** `chisan dr failback`: prod again, with what was written meanwhile. */
export function addDrFailback(group: Command): void {
  group
    .command("failback")
    .description("bring users and data back from chisan-dr: rebuild prod, restore what was written meanwhile, verify, give it its hosts, back it up; typed again it carries on")
    .option("--start-over", "forget an unfinished failback, and begin anew (what exists is used again)")
    .option("--yes", "do not ask, with --confirm")
    .option("--confirm <stack>", "with --yes, instead of typing the stack's name: prod")
    .option("--cloud", "act on the real cloud instead of the sandbox")
    .option("--json", "only the result, as JSON, on stdout")
    .option("--debug", "show stack traces")
    .action(run);
}

async function run(options: FailBackOptions): Promise<void> {
  const begun = Date.now();
  const cloud = options.cloud === true || process.env["CHISAN_TARGET"] === "cloud";
  const command = `npx chisan dr failback${cloud ? " --cloud" : ""}`;
  refuseOtherName("prod", command, options);
  const { result, id, phases } = await failBack({
    cloud,
    startOver: options.startOver === true,
    display: createDisplay({ objectiveSeconds }),
    agree: async (plan) => {
      say(`From chisan-dr back to prod: ${plan.join(" → ")}`);
      say("  chisan-dr is read-only from its fence on; the users stay there until prod has everything");
      await confirmByName("prod", "This rebuilds prod, restores chisan-dr's data into its new database and sends all users there.", command, options);
    },
  });
  const elapsedSeconds = Math.round((Date.now() - begun) / 100) / 10;
  if (options.json === true) process.stdout.write(`${JSON.stringify({ operation: "failback", target: cloud ? "cloud" : "sandbox", result, id: id ?? null, phases, elapsedSeconds, objectiveSeconds })}\n`);
  if (result === "nothing to do") return say("Nothing to do: app and api are prod's (chisan:cutOver is set in neither stack)");
  say(`The users are at prod again, ${elapsedSeconds} s. chisan-dr stays read-only: npx chisan destroy chisan-dr when nobody needs it any more`);
  if (cloud) say("Commit Pulumi.prod.yaml, Pulumi.chisan-dr.yaml and recovery/prod.kit.age now: a deployment from a checkout without them is refused or leads the users away");
}

function say(text: string): void {
  process.stderr.write(`${text}\n`);
}
