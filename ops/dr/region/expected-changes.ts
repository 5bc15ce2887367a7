import type { TrafficResources } from "./traffic-state";

/** One step of `pulumi preview --json`, as far as it is read here; the values are never shown. */
export interface PreviewStep {
  op: string;
  urn: string;
  detailedDiff?: Record<string, unknown> | null;
  diffReasons?: string[] | null;
}

/** A change that a preview tells: a resource and the names of its properties. */
export interface PlannedChange {
  urn: string;
  operation: string;
  properties: string[];
}

/** What the move itself changes, by the kind of resource (components/load-balancer-inputs.ts, components/api-service.ts). */
const ofBackend = ["backends", "description", "outlierDetection"];
const ofService = ["scaling"];

/** All that a preview would do. */
export function plannedChanges(steps: readonly PreviewStep[]): PlannedChange[] {
  return steps
    .filter(({ op }) => op !== "same" && op !== "read")
    .map(({ op, urn, detailedDiff, diffReasons }) => {
      const paths = Object.keys(detailedDiff ?? {});
      const names = (paths.length > 0 ? paths : (diffReasons ?? [])).map((path) => /^[^.[]+/.exec(path)?.[0] ?? path);
      return { urn, operation: op, properties: [...new Set(names)].sort() };
    });
}

/** The changes that are not the move's: this checkout is not what is deployed. An outage is no time to deploy. */
export function strangeChanges(changes: readonly PlannedChange[], { backend, services }: Pick<TrafficResources, "backend" | "services">): PlannedChange[] {
  const apis = Object.values(services);
  return changes.filter(({ urn, operation, properties }) => {
    const expected = urn === backend ? ofBackend : apis.includes(urn) ? ofService : [];
    return operation !== "update" || properties.length === 0 || properties.some((property) => !expected.includes(property));
  });
}

/** A change in one line: `update edge-backend (backends, description)`. */
export function changeInWords({ urn, operation, properties }: PlannedChange): string {
  const name = urn.slice(urn.lastIndexOf("::") + 2);
  return `${operation} ${name}${properties.length === 0 ? "" : ` (${properties.join(", ")})`}`;
}
