import { execFile } from "node:child_process";
import { isDeepStrictEqual, promisify } from "node:util";
import type { GcpRegion } from "../../config/allowed-values";
import { environmentSlug, type StackName } from "../../config/naming";
import { loadBalancerName } from "../../components/load-balancer-inputs";
import { pulumiExecutable, repositoryRoot } from "../../sandbox/control/paths";
import { specifications } from "../../stacks/specifications";
import { operationArguments, watchOperation } from "../engine/stack-operation";
import type { Target } from "../engine/target";
import { planMove, type Move, type Plan } from "./active-regions";
import { configurationFileOf, configuredRegions, configureRegions, withDraft } from "./active-regions-setting";
import { changeInWords, plannedChanges, strangeChanges, type PlannedChange, type PreviewStep } from "./expected-changes";
import { trafficResources, type ExportedState, type TrafficResources } from "./traffic-state";

const run = promisify(execFile);
const options = (target: Target) => ({ cwd: repositoryRoot, env: target.environment, maxBuffer: 1 << 28 });

/** What a move would do, before anything is written. */
export interface Proposal {
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
 * @throws CHI-D002 to CHI-D005, CHI-D006 with the engine's words when it cannot preview, CHI-D007 when other changes would go with it
 */
export async function proposeMove(stack: StackName, target: Target, move: Move): Promise<Proposal> {
  const specification = specifications[stack];
  if (specification.hosting === "local") throw new Error(`CHI-D002 ${stack} runs on this machine, it has no region to leave: name prod or chisan-dr`);
  const found = configuredRegions(configurationFileOf(stack, target));
  const primary = found.region ?? specification.gcpRegion;
  const regions: [GcpRegion, ...GcpRegion[]] = specification.gcpBackupRegion === null ? [primary] : [primary, specification.gcpBackupRegion];
  const plan = planMove({ stack, regions, configured: found.active }, move);
  const resources = await readResources(stack, target);
  const changes = await withDraft(stack, target, plan.configuration, (file) => previewMove(stack, target, file, targetsOf(plan, resources)));
  const strange = strangeChanges(changes, resources);
  if (strange.length > 0) {
    throw new Error(
      `CHI-D007 this checkout would change more of ${stack} than its traffic (${strange.map(changeInWords).join("; ")}), nothing was touched: ` +
        `check out what is deployed, or bring it up first where its regions answer (npx chisan preview ${stack}${target.kind === "cloud" ? " --cloud" : ""})`,
    );
  }
  return { plan, resources, changes, configures: !isDeepStrictEqual(plan.configuration, found.active) };
}

/**
 * Writes the configuration, then updates the backend service and the scaling of where the traffic goes, and nothing else: in an outage
 * of a region a whole `up` would wait for what is in it. Killed in between, the same command completes it.
 *
 * @throws CHI-D008 with the engine's words; CHI-D009 when the state does not say afterwards what was asked for
 */
export async function carryOut(stack: StackName, target: Target, { plan, resources, changes, configures }: Proposal, notify: (text: string) => void): Promise<void> {
  if (configures) await configureRegions(stack, target, configurationFileOf(stack, target), plan.configuration);
  if (changes.length > 0) {
    const args = operationArguments("up", stack, target, ["--yes", "--skip-preview", ...targetArguments(targetsOf(plan, resources))]);
    const { exitCode, errors } = await watchOperation(args, target, (_done, what) => {
      // Of the many that stay the same there is nothing to say.
      if (!what.startsWith("same ")) notify(`  ${what}`);
    });
    if (exitCode !== 0) throw new Error(`CHI-D008 the traffic of ${stack} was not moved (${errors[0] ?? `pulumi ended with ${exitCode}`}): run the same command again, it carries on`);
  }
  const { active } = await readResources(stack, target);
  if (!isDeepStrictEqual([...active].sort(), [...plan.after].sort())) {
    throw new Error(`CHI-D009 the traffic of ${stack} goes to [${active.join(", ")}], [${plan.after.join(", ")}] was asked for: npx chisan refresh ${stack}, then run the same command again`);
  }
}

/** The backend service first; of the API's services only those that are to carry the traffic, or carried it in another's place. */
function targetsOf({ scaled }: Plan, { backend, services }: TrafficResources): string[] {
  return [backend, ...scaled.flatMap((region) => services[region] ?? [])];
}

function targetArguments(urns: readonly string[]): string[] {
  return urns.flatMap((urn) => ["--target", urn]);
}

async function readResources(stack: StackName, target: Target): Promise<TrafficResources> {
  const { stdout } = await run(pulumiExecutable, ["stack", "export", "--stack", stack, "--non-interactive"], options(target));
  return trafficResources(stack, loadBalancerName(environmentSlug(stack)), JSON.parse(stdout) as ExportedState);
}

async function previewMove(stack: StackName, target: Target, file: string, urns: readonly string[]): Promise<PlannedChange[]> {
  const args = ["preview", "--json", "--non-interactive", "--stack", stack, "--config-file", file, ...targetArguments(urns)];
  try {
    const { stdout } = await run(pulumiExecutable, args, options(target));
    return plannedChanges((JSON.parse(stdout) as { steps?: PreviewStep[] }).steps ?? []);
  } catch (error) {
    const { stdout = "", stderr = "", message } = error as { stdout?: string; stderr?: string; message: string };
    throw new Error(`CHI-D006 the engine cannot preview the move of ${stack}, nothing was touched (${wordsOf(stdout, stderr) ?? message.split("\n")[0]}): mend what it says and run the same command again`);
  }
}

/** The engine's own words on why it failed; of a preview in JSON, its first error. */
function wordsOf(stdout: string, stderr: string): string | undefined {
  try {
    const { diagnostics = [] } = JSON.parse(stdout) as { diagnostics?: { severity?: string; message?: string }[] };
    const first = diagnostics.find(({ severity }) => severity === "error")?.message?.trim();
    if (first) return first.replace(/\s+/g, " ");
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  return stderr.split("\n").find((line) => /error|CHI-/.test(line))?.trim();
}
