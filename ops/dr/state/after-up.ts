/** What a recovery needs to have of each change, brought up to date at the end of an `up`. */
import { relative } from "node:path";
import type { StackName } from "../../../config/naming";
import { cloudStacks } from "../../../config/stack-configuration-keys";
import { repositoryRoot } from "../../../sandbox/control/paths";
import { stackOutputs } from "../../engine/stack-operation";
import type { Target } from "../../engine/target";
import { keepSigner } from "../drill/signature/keep-signer";
import { renewKit } from "../kit/renew-kit";
import { keepState } from "./keep-state";

/** Replaced in tests. */
export interface AfterUpHands {
  /** As `renewKit` of prod. */
  kit(target: Target): Promise<{ readonly file: string; readonly changed: boolean }>;
  /** As `keepState`. */
  state(stack: StackName, target: Target): Promise<{ readonly id: string; readonly resources: number }>;
  /** As `keepSigner`. @returns the file, when it is new */
  signer(stack: StackName, target: Target): Promise<string | undefined>;
}

const realHands: AfterUpHands = {
  kit: (target) => renewKit("prod", target.kind === "cloud", { target }),
  state: (stack, target) => keepState(stack, target.kind === "cloud", target),
  signer: async (stack, target) => keepSigner(stack, (await stackOutputs(stack, target))["reportSigner"]),
};

/**
 * The `up` has succeeded: what cannot be brought up to date is told in a line each, with the command that does it, and fails nothing.
 *
 * In the cloud a copy of the state is kept and the public key of the drills' reports is put into the repository; prod's recovery kit is renewed
 * in the sandbox as well. There a lost state costs nothing (`npx chisan sandbox reset`), and a rehearsal's reports are signed by its own key.
 */
export async function afterUp(stack: StackName, target: Target, say: (line: string) => void, hands: AfterUpHands = realHands): Promise<void> {
  const cloud = target.kind === "cloud";
  if (stack === "prod") {
    await attempt("the recovery kit is as it was", "npx chisan dr kit", cloud, say, async () => {
      const { changed, file } = await hands.kit(target);
      if (changed && cloud) say(`Commit ${relative(repositoryRoot, file)}: the recovery kit is new`);
    });
  }
  if (!cloud || !cloudStacks.some((each) => each === stack)) return;
  await attempt(`CHI-H185 no copy of ${stack}'s state was kept`, `npx chisan dr state save --stack ${stack}`, cloud, say, async () => {
    const { id, resources } = await hands.state(stack, target);
    say(`The state of ${stack} is kept: copy ${id}, ${resources} resources`);
  });
  await attempt(`CHI-H186 the public key of ${stack}'s drill reports was not looked at`, `npx chisan up ${stack}`, cloud, say, async () => {
    const file = await hands.signer(stack, target);
    if (file !== undefined) say(`Commit ${relative(repositoryRoot, file)}: with it anybody can verify ${stack}'s drill reports (npx chisan dr report --verify)`);
  });
}

async function attempt(otherwise: string, command: string, cloud: boolean, say: (line: string) => void, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    const [words = ""] = (error instanceof Error ? error.message : String(error)).split("\n");
    say(`warning: ${otherwise} (${words}); the up itself succeeded: ${command}${cloud ? " --cloud" : ""}`);
  }
}
