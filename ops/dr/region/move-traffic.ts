import { execFile } from "node:child_process";
import { isDeepStrictEqual, promisify } from "node:util";
import { environmentSlug, type StackName } from "../../../config/naming";
import { loadBalancerName } from "../../../components/load-balancer-inputs";
import { pulumiExecutable, repositoryRoot } from "../../../sandbox/control/paths";
import { heldLocks, lockInWords, unlockCommand } from "../../engine/held-lock";
import { watchOperation } from "../../engine/stack-operation";
import type { Target } from "../../engine/target";
import { planMove, type Move, type Plan } from "./active-regions";
import { configurationFileOf, configureRegions, withDraft } from "./active-regions-setting";
import { engineWords, firstLine } from "./engine-words";
import { changeInWords, plannedChanges, strangeChanges, type PlannedChange, type PreviewStep } from "./expected-changes";
import { googleAlone, googleAloneInWords, regionsOf } from "./google-alone";
import { silentVendor, vendorName } from "./silent-vendor";
import { trafficResources, type ExportedState, type TrafficResources } from "./traffic-state";

const run = promisify(execFile);
const options = (target: Target) => ({ cwd: repositoryRoot, env: target.environment, maxBuffer: 1 << 28 });

/** What a move would do, before anything is written. */
export interface Proposal {
  readonly move: Move;
  readonly plan: Plan;
  readonly resources: TrafficResources;
  /** What the engine would change, a line each. Empty when all is so already. */
  readonly changes: readonly PlannedChange[];
  /** Whether the configuration's file has to change. */
  readonly configures: boolean;
}

/**
 * Looks at what a move of a stack's traffic would do; changes nothing.
 *
 * @throws CHI-D002 to CHI-D005; CHI-D006 with the engine's words when it cannot preview; CHI-D007 when other changes would go with it; CHI-D014
 *   when a vendor's silence keeps the engine from it, and CHI-D015 when the state cannot be read, both with the commands that need Google alone
 */
export async function proposeMove(stack: StackName, target: Target, move: Move): Promise<Proposal> {
  const found = regionsOf(stack, configurationFileOf(stack, target));
  const plan = planMove(found, move);
  const resources = await readResources(stack, target, move);
  const changes = await withDraft(stack, target, plan.configuration, (file) => previewMove(stack, target, move, file, targetsOf(plan, resources)));
  const strange = strangeChanges(changes, resources);
  if (strange.length > 0) {
    throw new Error(
      `CHI-D007 this checkout would change more of ${stack} than its traffic (${strange.map(changeInWords).join("; ")}), nothing was touched: ` +
        `check out what is deployed, or bring it up first where its regions answer (npx chisan preview ${stack}${target.kind === "cloud" ? " --cloud" : ""})`,
    );
  }
  return { move, plan, resources, changes, configures: !isDeepStrictEqual(plan.configuration, found.configured) };
}

/**
 * Updates the backend service and the scaling of where the traffic goes, and nothing else (in an outage of a region a whole `up` would wait for
 * what is in it), and then writes the configuration: not before the state could be written, or a run that is refused would leave a
 * configuration that the next deployment carries out. Killed in between, the same command completes it.
 *
 * @throws CHI-D008 with the engine's words; CHI-D009 when the state does not say afterwards what was asked for; CHI-D012 when the state is
 *   locked; CHI-D014 as `proposeMove`
 */
export async function carryOut(stack: StackName, target: Target, { move, plan, resources, changes, configures }: Proposal, notify: (text: string) => void): Promise<void> {
  if (changes.length > 0) {
    await withDraft(stack, target, plan.configuration, async (file) => {
      const args = ["up", "--stack", stack, "--config-file", file, "--yes", "--skip-preview", ...targetArguments(targetsOf(plan, resources))];
      const { exitCode, errors } = await watchOperation(args, target, (_done, what) => {
        // Of the many that stay the same there is nothing to say.
        if (!what.startsWith("same ")) notify(`  ${what}`);
      });
      if (exitCode !== 0) throw failedMove(stack, target, move, errors, exitCode);
    });
  }
  const { active } = await readResources(stack, target, move);
  if (!isDeepStrictEqual([...active].sort(), [...plan.after].sort())) {
    throw new Error(`CHI-D009 the traffic of ${stack} goes to [${active.join(", ")}], [${plan.after.join(", ")}] was asked for: npx chisan refresh ${stack}, then run the same command again`);
  }
  if (configures) await configureRegions(stack, target, configurationFileOf(stack, target), plan.configuration);
}

function failedMove(stack: StackName, target: Target, move: Move, errors: readonly string[], exitCode: number): Error {
  const words = errors.join("\n");
  const locks = heldLocks(words);
  if (locks.length > 0) {
    return new Error(
      `CHI-D012 the state of ${stack} is ${lockInWords(locks)}, nothing was touched: wait for that run to end; if it is dead (killed, or its machine is gone): ` +
        `${unlockCommand(stack)}, then run the same command again`,
    );
  }
  const vendor = silentVendor(words);
  if (vendor !== undefined) return silence(stack, target, move, `${vendorName(vendor)} did not answer, and nothing of ${stack} can be updated without it; the traffic was not moved`);
  return new Error(`CHI-D008 the traffic of ${stack} was not moved (${firstLine(words) ?? `pulumi ended with ${exitCode}`}): run the same command again, it carries on`);
}

/** What keeps the engine from moving, with the way that does not need it. */
function silence(stack: StackName, target: Target, move: Move, what: string, code = "CHI-D014"): Error {
  const cloud = target.kind === "cloud";
  return new Error(`${code} ${what}: move it with Google alone\n${googleAloneInWords(googleAlone(stack, configurationFileOf(stack, target), move, cloud))}`);
}

/** The backend service first; of the API's services only those that are to carry the traffic, or carried it in another's place. */
function targetsOf({ scaled }: Plan, { backend, services }: TrafficResources): string[] {
  return [backend, ...scaled.flatMap((region) => services[region] ?? [])];
}

function targetArguments(urns: readonly string[]): string[] {
  return urns.flatMap((urn) => ["--target", urn]);
}

async function readResources(stack: StackName, target: Target, move: Move): Promise<TrafficResources> {
  const state = await run(pulumiExecutable, ["stack", "export", "--stack", stack, "--non-interactive"], options(target)).then(
    ({ stdout }) => stdout,
    ({ stderr = "", message }: { stderr?: string; message: string }) => {
      throw silence(stack, target, move, `the state of ${stack} cannot be read (${engineWords("", stderr) ?? firstLine(message)})`, "CHI-D015");
    },
  );
  return trafficResources(stack, loadBalancerName(environmentSlug(stack)), JSON.parse(state) as ExportedState);
}

/** A vendor that neither answers nor refuses is not waited for longer: the whole move has 60 minutes. A preview takes seconds. */
const previewLimitMinutes = 5;

async function previewMove(stack: StackName, target: Target, move: Move, file: string, urns: readonly string[]): Promise<PlannedChange[]> {
  const args = ["preview", "--json", "--non-interactive", "--stack", stack, "--config-file", file, ...targetArguments(urns)];
  try {
    const { stdout } = await run(pulumiExecutable, args, { ...options(target), timeout: previewLimitMinutes * 60_000 });
    return plannedChanges((JSON.parse(stdout) as { steps?: PreviewStep[] }).steps ?? []);
  } catch (error) {
    const { stdout = "", stderr = "", message, killed } = error as { stdout?: string; stderr?: string; message: string; killed?: boolean };
    const words = engineWords(stdout, stderr) ?? firstLine(message);
    const vendor = silentVendor(words ?? "");
    if (vendor !== undefined) throw silence(stack, target, move, `${vendorName(vendor)} did not answer, and no update of ${stack} is possible without it; nothing was touched`);
    if (killed === true) throw silence(stack, target, move, `a vendor does not answer: the preview of ${stack} took more than ${previewLimitMinutes} minutes; nothing was touched`);
    throw new Error(`CHI-D006 the engine cannot preview the move of ${stack}, nothing was touched (${words}): mend what it says and run the same command again`);
  }
}
