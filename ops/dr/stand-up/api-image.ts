/** Where the image is that chisan-dr's API runs: prod's registry is a part of prod's Google project, and is lost with it. */
import { imagePrefix } from "../../../components/container-registry";
import { environmentSlug } from "../../../config/naming";
import { chisanDr } from "../../../stacks/chisan-dr";
import type { Kit } from "../kit/kit";
import { standIn } from "./dr-stack";
import { copyCommands, setCommand } from "./image-commands";

export interface ApiImage {
  /** `bootstrap`: chisan:apiImage is not set, so a sample answers in the API's place. */
  readonly state: "bootstrap" | "in prod's registry" | "own";
  /** In words, for a person. */
  readonly found: string;
  /** Commands that mend it; undefined where there is nothing to mend. */
  readonly mend: string | undefined;
}

export interface ImageConfiguration {
  /** chisan-dr's `chisan:apiImage`, `chisan:gcpProject` and `chisan:region`. */
  readonly set: string | undefined;
  readonly project: string | undefined;
  readonly region: string | undefined;
  readonly cloud: boolean;
}

/** Pure. */
export function apiImageOf({ set, project, region, cloud }: ImageConfiguration, kit: Pick<Kit, "apiImage">): ApiImage {
  if (set !== undefined && !isInProdsRegistry(set, kit)) return { state: "own", found: `${set}, not in prod's registry`, mend: undefined };
  const registry = project === undefined ? "<chisan-dr's imagePrefix>" : imagePrefix({ slug: environmentSlug(standIn), project, region: region ?? chisanDr.gcpRegion });
  const source = set ?? kit.apiImage;
  const mend = source === null ? `push CHISAN's API to ${registry}/api, and set it: ${setCommand(`${registry}/api@sha256:<digest>`, cloud)}` : copyCommands(source, registry, cloud);
  if (set === undefined) return { state: "bootstrap", found: "chisan:apiImage is not set: chisan-dr would run the image of the bootstrap, which is not CHISAN's", mend };
  return { state: "in prod's registry", found: `${set} is in the registry of prod's Google project, and is lost with it`, mend };
}

/** Whether an image lies in the registry of prod's own Google project: `<region>-docker.pkg.dev/<project>/…`. It is lost with that project. */
export function isInProdsRegistry(image: string, { apiImage }: Pick<Kit, "apiImage">): boolean {
  const registry = apiImage === null ? undefined : /^[^/]+-docker\.pkg\.dev\/[^/]+\//.exec(apiImage)?.[0];
  return registry !== undefined && image.startsWith(registry);
}
