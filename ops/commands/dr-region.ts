import { Option, type Command } from "commander";
import { stackNames, type StackName } from "../../config/naming";
import type { Move } from "../dr/region/active-regions";
import { confirmByName } from "../dr/confirm-by-name";
import { changeInWords } from "../dr/region/expected-changes";
import { carryOut, proposeMove, type Proposal } from "../dr/region/move-traffic";
import { googleAlone, googleAloneFile, googleAloneInWords, regionCommand } from "../dr/region/google-alone";
import { regionInWords, regionNamed } from "../dr/region/region-names";
import { chooseTarget, type Target } from "../engine/target";
import { withCommonOptions, type OperationOptions } from "./operations";

interface RegionOptions extends OperationOptions {
  stack: StackName;
  away?: string;
  back?: boolean;
  confirm?: string;
  printGcloud?: boolean;
}

/** Section 3.3: a region's outage, by a manual failover to the backup region. */
const objectiveSeconds = 3600;

/** `chisan dr region`: the traffic of one region. */
export function addDrRegion(group: Command): void {
  const region = group
    .command("region")
    .description("send the API's traffic away from a region, or back; no DNS record changes")
    .addOption(new Option("--stack <stack>", "the environment whose traffic is moved").choices(stackNames).makeOptionMandatory())
    .option("--away <region>", "the region to leave: seoul, tokyo, osaka, or its id")
    .option("--back", "to the region that the specification names")
    .option("--confirm <stack>", "with --yes, instead of typing the stack's name (only the cloud asks)")
    .option("--print-gcloud", "move nothing: print the commands that do it with Google alone, when another vendor, the state or the engine does not answer");
  withCommonOptions(region).action(moveRegion);
}

async function moveRegion(options: RegionOptions): Promise<void> {
  const begun = Date.now();
  const move = moveOf(options);
  const { stack } = options;
  if (options.printGcloud === true) return printGoogleAlone(options, move);
  const target = await chosenTarget(options, move);
  const proposal = await proposeMove(stack, target, move);
  const nothing = proposal.changes.length === 0 && !proposal.configures;
  for (const line of proposalInWords(stack, proposal)) say(line);
  if (!nothing) {
    if (target.kind === "cloud") await confirmByName(stack, `This moves the API's traffic of ${stack}.`, regionCommand(stack, move, true), options);
    await carryOut(stack, target, proposal, say);
  }
  const elapsedSeconds = Math.round((Date.now() - begun) / 100) / 10;
  const { before, after, configuration } = proposal.plan;
  if (options.json) {
    const result = nothing ? "nothing to do" : "moved";
    process.stdout.write(`${JSON.stringify({ stack, target: target.kind, operation: "region", result, before, after, configuration: configuration ?? null, changes: proposal.changes, elapsedSeconds, objectiveSeconds })}\n`);
  }
  if (nothing) return;
  say(`The API's traffic of ${stack} goes to ${after.map(regionInWords).join(", ")}: ${elapsedSeconds} s of the ${objectiveSeconds / 60} minutes that section 3.3 allows`);
  if (target.kind === "cloud" && proposal.configures) {
    say(`Commit Pulumi.${stack}.yaml now: a deployment from a checkout without it would move the traffic back`);
  }
}

/** @throws CHI-D011 unless exactly one of --away and --back is given */
function moveOf({ stack, away, back }: RegionOptions): Move {
  if ((away === undefined) === (back !== true)) {
    throw new Error(`CHI-D011 ${away === undefined ? "neither --away nor --back is given" : "--away and --back are both given"}: npx chisan dr region --stack ${stack} --away seoul, or --back`);
  }
  return away === undefined ? { kind: "back" } : { kind: "away", from: regionNamed(away) };
}

function proposalInWords(stack: StackName, { plan, changes, configures, resources }: Proposal): string[] {
  const names = (regions: Parameters<typeof regionInWords>[0][]) => regions.map(regionInWords).join(", ") || "none";
  if (changes.length === 0 && !configures) return [`Nothing to do: the API's traffic of ${stack} goes to ${names([...plan.after])}`];
  const setting = plan.configuration === undefined ? "removed, as the specification says" : JSON.stringify(plan.configuration);
  return [
    `The API's traffic of ${stack}: from ${names([...resources.active])} to ${names([...plan.after])}`,
    `  chisan:activeRegions: ${configures ? setting : "set already"}`,
    ...changes.map((change) => `  ${changeInWords(change)}`),
  ];
}

/** Neither the engine nor a vendor is asked, and no credential is needed. */
function printGoogleAlone({ stack, cloud, json }: RegionOptions, move: Move): void {
  const alone = googleAlone(stack, googleAloneFile(stack, cloud === true), move, cloud === true);
  process.stdout.write(`${json === true ? JSON.stringify({ stack, ...alone }) : googleAloneInWords(alone)}\n`);
}

/** Of the vendors' credentials a person in an outage may have Google's alone. */
async function chosenTarget({ stack, cloud }: RegionOptions, move: Move): Promise<Target> {
  try {
    return await chooseTarget(stack, cloud === true);
  } catch (error) {
    if (cloud !== true || !(error instanceof Error)) throw error;
    throw new Error(`${error.message}\nWith Google alone, which needs none of it: ${regionCommand(stack, move, true)} --print-gcloud`, { cause: error });
  }
}

function say(text: string): void {
  process.stderr.write(`${text}\n`);
}
