import * as pulumi from "@pulumi/pulumi";
import * as cloudrunv2 from "@pulumi/gcp/cloudrunv2";
import type { GcpRegion } from "../config/allowed-values";
import { physicalName } from "../config/naming";
import {
  type MountedSecret,
  type RevisionArgs,
  type RevisionEgress,
  checkRevision,
  revisionName,
  templateInputs,
} from "./api-service-template";
import { type TrafficTarget, trafficInputs } from "./api-service-traffic";
import { ChisanComponent } from "./component";
import { publicOnly } from "./public-value";

/** A region that serves the API, and how far it scales there, over all revisions together. */
export interface ApiRegion {
  readonly region: GcpRegion;
  readonly minInstances: number;
  readonly maxInstances: number;
}

/** A secret of a SecretStore: the version to use, and the grants without which no instance could read it. */
export interface ApiSecret extends MountedSecret {
  readonly grants: readonly pulumi.Resource[];
}

/** A FixedEgress: the way out, and for each region the gateway without which no instance could reach the database. */
export interface ApiEgress extends RevisionEgress {
  readonly gateways: Readonly<Partial<Record<GcpRegion, pulumi.Resource>>>;
}

export interface ApiServiceArgs extends RevisionArgs {
  readonly project: string;
  /** The first is the primary one. */
  readonly regions: readonly ApiRegion[];
  readonly secrets: Readonly<Record<string, ApiSecret>>;
  readonly egress: ApiEgress;
  /** Empty: all to the latest revision. */
  readonly traffic: readonly TrafficTarget[];
  readonly protect: boolean;
}

/** The API in one region, for the load balancer and the monitoring. */
export interface RegionalApi {
  readonly region: GcpRegion;
  readonly name: pulumi.Output<string>;
  /** Answers only callers inside Google's network: the public address is the load balancer's. */
  readonly uri: pulumi.Output<string>;
}

/** Cloud Run's limit on a service's name. */
const serviceNameLength = 49;

/** The service's name, the same in every region. @throws CHI-C320 when Cloud Run would not accept it */
export function apiServiceName(args: Pick<ApiServiceArgs, "slug">): string {
  const name = physicalName(args.slug, "api");
  if (name.length > serviceNameLength) {
    throw new Error(
      `CHI-C320 the service's name "${name}" has ${name.length} characters, Cloud Run accepts ${serviceNameLength}: shorten the environment's slug`,
    );
  }
  return name;
}

/** @throws CHI-C321 to CHI-C323, and those of `checkRevision` */
export function checkApiService(args: ApiServiceArgs): void {
  checkRevision(args);
  const regions = args.regions.map(({ region }) => region);
  if (regions.length === 0 || new Set(regions).size !== regions.length) {
    throw new Error(`CHI-C321 the API's regions are [${regions.join(", ")}]: give at least one, each once, in stacks/`);
  }
  for (const { region, minInstances, maxInstances } of args.regions) {
    if (
      !Number.isInteger(minInstances) ||
      !Number.isInteger(maxInstances) ||
      minInstances < 0 ||
      maxInstances < Math.max(1, minInstances)
    ) {
      throw new Error(
        `CHI-C322 the API in ${region} scales from ${minInstances} to ${maxInstances}: whole numbers are needed, 0 ≤ min ≤ max and 1 ≤ max`,
      );
    }
    if (args.egress.gateways[region] === undefined) {
      const served = Object.keys(args.egress.gateways).join(", ");
      throw new Error(
        `CHI-C323 the API in ${region} has no way out, there is one in [${served}]: give FixedEgress the same regions in stacks/`,
      );
    }
  }
}

/**
 * The service in one region.
 *
 * - Only the load balancer and Google's own network reach it (`ingress`), and there the API's own sign-in decides. Cloud Run's IAM check
 *   is therefore off: a browser cannot pass it. It is switched off on this service alone, which the vendor recommends over a grant of
 *   `roles/run.invoker` to `allUsers`; that grant would be refused where an organization restricts sharing to its domains, as new ones do.
 * - Scaling belongs to the service and not to its revisions: it can be changed without a new revision, it may differ between regions while
 *   the revision's name does not, and stable and canary share its instances by their percent.
 */
export function apiServiceInputs(
  args: ApiServiceArgs,
  { region, minInstances, maxInstances }: ApiRegion,
  template: cloudrunv2.ServiceArgs["template"],
): cloudrunv2.ServiceArgs {
  const name = apiServiceName(args);
  return {
    project: args.project,
    location: region,
    name,
    description: `CHISAN API (${args.slug})`,
    ingress: "INGRESS_TRAFFIC_INTERNAL_LOAD_BALANCER",
    invokerIamDisabled: true,
    deletionProtection: args.protect,
    scaling: { minInstanceCount: minInstances, maxInstanceCount: maxInstances },
    template,
    traffics: trafficInputs(name, args.traffic),
    labels: { environment: args.slug },
  };
}

/** The NestJS API on Cloud Run, in one region or more. */
export class ApiService extends ChisanComponent {
  public readonly serviceName: string;
  /** The name of the revision that the present image and configuration make: what the traffic configuration refers to. */
  public readonly revision: pulumi.Output<string>;
  /** In the order of the arguments: the first is the primary. */
  public readonly services: readonly RegionalApi[];

  public constructor(name: string, args: ApiServiceArgs, options?: pulumi.ComponentResourceOptions) {
    super("ApiService", name, options);
    checkApiService(args);
    this.serviceName = apiServiceName(args);
    const template = templateInputs({ ...args, environment: publicVariables(args.environment) });
    // Only the name waits for what is not known yet: the rest of the template is shown, and judged, in every preview.
    this.revision = pulumi.output(template).apply((content) => revisionName(this.serviceName, content));
    const named = { revision: this.revision, ...template };
    // An instance reads its secrets before it starts: without the grants the first revision would fail.
    const grants = Object.values(args.secrets).flatMap((secret) => secret.grants);
    const ready = pulumi.mergeOptions({ dependsOn: options?.dependsOn }, { dependsOn: grants });
    this.services = args.regions.map((region) => {
      // Its own region's gateway alone, so that a region which is out does not hold up another.
      const { dependsOn } = pulumi.mergeOptions(ready, { dependsOn: args.egress.gateways[region.region] });
      const service = new cloudrunv2.Service(`${name}-${region.region}`, apiServiceInputs(args, region, named), this.child({ dependsOn }));
      return { region: region.region, name: service.name, uri: service.uri };
    });
    this.registerOutputs({ revision: this.revision });
  }
}

/** Refuses a secret among the public variables: it would be readable in the console and in the revision. */
function publicVariables(environment: ApiServiceArgs["environment"]): Record<string, pulumi.Output<string>> {
  return Object.fromEntries(Object.entries(environment).map(([name, value]) => [name, publicValue(name, pulumi.output(value))]));
}

/** @throws CHI-C309, while the program runs, when the value is marked secret */
export function publicValue(name: string, value: pulumi.Output<string>): pulumi.Output<string> {
  return publicOnly(
    value,
    `CHI-C309 ${name} is a secret, but the API gets it as a public variable: declare it secret in config/environment-variables.ts`,
  );
}
