import { isDeepStrictEqual } from "node:util";
import type { GcpRegion } from "../../../config/allowed-values";
import { regionInWords } from "./region-names";

/** A stack's regions, as its specification and configuration name them. */
export interface RegionsOf {
  readonly stack: string;
  /** All that the API is deployed to, the primary first. */
  readonly regions: readonly [GcpRegion, ...GcpRegion[]];
  /** `chisan:activeRegions`; undefined when it is not set. */
  readonly configured: readonly GcpRegion[] | undefined;
}

/** Where the traffic shall go: away from a region, or back to what the specification says. */
export type Move = { readonly kind: "away"; readonly from: GcpRegion } | { readonly kind: "back" };

export interface Plan {
  /** The regions with traffic before and after, as configured. */
  readonly before: readonly GcpRegion[];
  readonly after: readonly GcpRegion[];
  /** What `chisan:activeRegions` shall be; undefined: not set. */
  readonly configuration: readonly GcpRegion[] | undefined;
  /** Regions whose Cloud Run service scales with the move. Never the one that is left: its API may not answer. */
  readonly scaled: readonly GcpRegion[];
}

/**
 * What a move means for a stack. Pure: the same again gives the same, so that an interrupted move is completed by repeating it.
 *
 * @throws CHI-D002 without a backup region, CHI-D003 for a region the stack does not have, CHI-D004 when none would be left
 */
export function planMove({ stack, regions, configured }: RegionsOf, move: Move): Plan {
  const [primary] = regions;
  const normal: readonly GcpRegion[] = [primary];
  const before = configured ?? normal;
  if (regions.length < 2) {
    throw new Error(`CHI-D002 ${stack} runs in ${regionInWords(primary)} alone, there is no backup region to send its traffic to: name prod or chisan-dr`);
  }
  if (move.kind === "back") return { before, after: normal, configuration: undefined, scaled: regions.slice(1) };
  if (!regions.includes(move.from)) {
    throw new Error(`CHI-D003 ${stack} does not run in ${regionInWords(move.from)}: name one of ${regions.map(regionInWords).join(", ")}`);
  }
  const rest = before.filter((region) => region !== move.from);
  // Without a word in the configuration (or with one that says the same) every region is fit to serve; otherwise only the named ones are.
  const fit = isDeepStrictEqual(before, normal) ? regions : before;
  const after = rest.length > 0 ? rest : fit.filter((region) => region !== move.from);
  if (after.length === 0) {
    const out = regions.filter((region) => !before.includes(region)).map(regionInWords);
    throw new Error(
      `CHI-D004 ${regionInWords(move.from)} is the last region of ${stack} with traffic, ${out.join(", ")} ${out.length === 1 ? "is" : "are"} out: ` +
        `npx chisan dr region --stack ${stack} --back`,
    );
  }
  const unchanged = isDeepStrictEqual(after, before);
  return { before, after, configuration: unchanged ? configured : after, scaled: after.filter((region) => region !== primary) };
}
