import type * as inputs from "@pulumi/gcp/types/input";

/**
 * One part of the traffic, from the stack's configuration. Pulumi's configuration is the only owner of the split: `pulumi up` sends the
 * whole split again each time, so a change made elsewhere lasts until then (absorb it by `pulumi refresh` and write it down here).
 *
 * How a canary goes, with the stable revision at 100 % in the configuration:
 * 1. A new image (or any other change of the template) gives the template a new revision name; `pulumi up` creates that revision,
 *    and it gets no traffic, because the configuration names only the stable one. With `percent: 0` and a tag it has an address at which it can be tried.
 * 2. The rollout command writes 5, 25, 50, 100 for the new revision into the configuration, with a `pulumi up` after each. The template
 *    stays the same, so these create no revision.
 * 3. To go back, write 100 for the stable revision: it still exists.
 */
export interface TrafficTarget {
  /** The revision's name, `<service>-<hash>`: the stack output `revision` says what the template's is. */
  readonly revision: string;
  /** Whole percent, 0 to 100; all together 100. */
  readonly percent: number;
  /** Gives the revision an address of its own whatever its percent. */
  readonly tag?: string;
}

/** The split as the stack's configuration has it (`traffic`). */
export interface TrafficSplit {
  readonly stable: { readonly revision: string; readonly percent: number };
  readonly canary?: { readonly revision: string; readonly percent: number };
}

/** The targets of a configured split. Both are tagged: a revision at 0 percent stays reachable at its own address, before a rollout and after. */
export function trafficTargets(split: TrafficSplit | undefined): TrafficTarget[] {
  if (split === undefined) return [];
  return [{ ...split.stable, tag: "stable" }, ...(split.canary === undefined ? [] : [{ ...split.canary, tag: "canary" }])];
}

/** Cloud Run's limit on the tag and the service's name together, because both go into one DNS label of the tag's address. */
const tagAndServiceLength = 46;
const tagPattern = /^[a-z](?:[a-z0-9-]*[a-z0-9])?$/;

/**
 * The `traffics` of a service: the configured targets, or, where none is configured, everything to the latest ready revision
 * (right for environments where each change may go live at once).
 *
 * @throws CHI-C310 to CHI-C314, all problems in one error, a line each
 */
export function trafficInputs(service: string, targets: readonly TrafficTarget[]): inputs.cloudrunv2.ServiceTraffic[] {
  if (targets.length === 0) return [{ type: "TRAFFIC_TARGET_ALLOCATION_TYPE_LATEST", percent: 100 }];
  const problems = [...targets.flatMap((target) => targetProblems(service, target)), ...splitProblems(targets)];
  if (problems.length > 0) throw new Error(problems.join("\n"));
  return targets.map(({ revision, percent, tag }) => ({
    type: "TRAFFIC_TARGET_ALLOCATION_TYPE_REVISION",
    revision,
    percent,
    ...(tag === undefined ? {} : { tag }),
  }));
}

function targetProblems(service: string, { revision, percent, tag }: TrafficTarget): string[] {
  const problems: string[] = [];
  if (!revision.startsWith(`${service}-`) || revision.length === service.length + 1) {
    problems.push(
      `CHI-C310 the traffic of ${service} names the revision "${revision}": it must start with "${service}-"; see \`pulumi stack output\``,
    );
  }
  if (!Number.isInteger(percent) || percent < 0 || percent > 100) {
    problems.push(`CHI-C311 the traffic of ${service} gives ${revision} ${percent} percent: a whole number from 0 to 100 is needed`);
  }
  if (percent === 0 && tag === undefined) {
    problems.push(
      `CHI-C312 the traffic of ${service} gives ${revision} 0 percent and no tag, which Cloud Run drops: add a tag or remove the target`,
    );
  }
  if (tag !== undefined && (!tagPattern.test(tag) || tag.length + service.length > tagAndServiceLength)) {
    problems.push(
      `CHI-C313 the traffic tag "${tag}" of ${service} is not a-z, 0-9 and "-", or longer than ${tagAndServiceLength - service.length} characters: choose one like "canary"`,
    );
  }
  return problems;
}

function splitProblems(targets: readonly TrafficTarget[]): string[] {
  const problems: string[] = [];
  const total = targets.reduce((sum, { percent }) => sum + percent, 0);
  if (total !== 100)
    problems.push(
      `CHI-C314 the traffic percents are ${targets.map(({ percent }) => percent).join(" + ")} = ${total}: they must sum to 100`,
    );
  for (const [what, values] of [
    ["revision", targets.map(({ revision }) => revision)],
    ["tag", targets.flatMap(({ tag }) => (tag === undefined ? [] : [tag]))],
  ] as const) {
    const twice = values.find((value, index) => values.indexOf(value) !== index);
    if (twice !== undefined) problems.push(`CHI-C314 the traffic names the ${what} "${twice}" twice: merge the two targets`);
  }
  return problems;
}
