import { existsSync } from "node:fs";
import type { GcpRegion } from "../../../config/allowed-values";
import { environmentSlug, type StackName } from "../../../config/naming";
import { sandboxConfiguration } from "../../../config/sandbox-values";
import { loadBalancerName } from "../../../components/load-balancer-inputs";
import { committedSettings } from "../../../sandbox/control/committed-settings";
import { sandboxDirectory, sandboxPaths } from "../../../sandbox/control/paths";
import { configurationFile } from "../../../sandbox/control/stacks";
import { specifications } from "../../../stacks/specifications";
import { planMove, type Move, type RegionsOf } from "./active-regions";
import { committedFile, configuredProject, configuredRegions } from "./active-regions-setting";
import { regionCities } from "./region-names";

/** A move with Google's own tool, for when the engine, a vendor whose look-ups it needs, or the state does not answer. */
export interface GoogleAlone {
  /** To be run in this order: first somebody else serves, then the region is left. */
  readonly commands: readonly string[];
  /** The command that makes configuration and state say what Google has then. */
  readonly afterwards: string;
}

/**
 * The commands of a move, from the configuration's file and the pure functions that name things: no engine, no state, no network.
 *
 * @param file the stack's configuration file (`googleAloneFile`)
 * @throws CHI-D002 to CHI-D004 as `planMove`; CHI-D013 without the project's name
 */
export function googleAlone(stack: StackName, file: string, move: Move, cloud: boolean): GoogleAlone {
  const found = regionsOf(stack, file);
  const { after, scaled } = planMove(found, move);
  const project = configuredProject(file) ?? (cloud ? undefined : rehearsedProject(stack));
  if (project === undefined) {
    throw new Error(`CHI-D013 the Google Cloud project of ${stack} is not known, as chisan:gcpProject is not in Pulumi.${stack}.yaml: pulumi config set chisan:gcpProject '<project id>' --stack ${stack}`);
  }
  return {
    commands: gcloudCommands({ project, name: loadBalancerName(environmentSlug(stack)), regions: found.regions, after, warmed: move.kind === "away" ? scaled : [], minimum: specifications[stack].minimumInstances }),
    afterwards: regionCommand(stack, move, cloud),
  };
}

/** The file to read without a session: the committed one for the cloud; else the rehearsal's, where there is one. */
export function googleAloneFile(stack: StackName, cloud: boolean): string {
  const rehearsed = configurationFile(sandboxPaths(sandboxDirectory()), stack);
  return !cloud && existsSync(rehearsed) ? rehearsed : committedFile(stack);
}

/** `npx chisan dr region …`, as it is to be typed. */
export function regionCommand(stack: StackName, move: Move, cloud: boolean): string {
  const where = move.kind === "back" ? "--back" : `--away ${regionCities[move.from].toLowerCase()}`;
  return `npx chisan dr region --stack ${stack} ${where}${cloud ? " --cloud" : ""}`;
}

/** Where a stack runs, as its specification and its configuration's file say. @throws CHI-D002 for the stack that has no cloud */
export function regionsOf(stack: StackName, file: string): RegionsOf {
  const specification = specifications[stack];
  if (specification.hosting === "local") throw new Error(`CHI-D002 ${stack} runs on this machine, it has no region to leave: name prod or chisan-dr`);
  const { region, active } = configuredRegions(file);
  const primary = region ?? specification.gcpRegion;
  return { stack, regions: specification.gcpBackupRegion === null ? [primary] : [primary, specification.gcpBackupRegion], configured: active };
}

interface GoogleMove {
  project: string;
  /** The backend service, the endpoint group of each region, and the API's service of each region: all have one name. */
  name: string;
  regions: readonly GcpRegion[];
  after: readonly GcpRegion[];
  /** Where instances are kept running from now on, and how many: without it the first requests wait for a start. */
  warmed: readonly GcpRegion[];
  minimum: number;
}

/**
 * Both may be repeated: what is done already is refused by gcloud, and nothing changes.
 * https://cloud.google.com/sdk/gcloud/reference/compute/backend-services/add-backend and remove-backend
 */
export function gcloudCommands({ project, name, regions, after, warmed, minimum }: GoogleMove): string[] {
  const backend = (verb: "add" | "remove", region: GcpRegion) =>
    `gcloud compute backend-services ${verb}-backend ${name} --global --network-endpoint-group=${name} --network-endpoint-group-region=${region} --project=${project}`;
  return [
    ...after.map((region) => backend("add", region)),
    ...regions.filter((region) => !after.includes(region)).map((region) => backend("remove", region)),
    ...warmed.map((region) => `gcloud run services update ${name} --region=${region} --min=${minimum} --project=${project}`),
    `gcloud compute backend-services describe ${name} --global --format='value(backends[].group)' --project=${project}`,
  ];
}

/** The commands with what to know of them, as a shell takes them. */
export function googleAloneInWords({ commands, afterwards }: GoogleAlone): string {
  return [
    "# With Google alone. A backend that \"already exists\" or \"does not exist\" is a step that is done; the last command shows where the traffic goes.",
    ...commands,
    "# When all vendors answer again, so that configuration and state say the same:",
    `# ${afterwards}`,
  ].join("\n");
}

function rehearsedProject(stack: StackName): string | undefined {
  return sandboxConfiguration(stack, committedSettings(stack).config ?? {}, "names only")["chisan:gcpProject"]?.value;
}
