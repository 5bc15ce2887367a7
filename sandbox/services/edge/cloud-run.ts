/** A Cloud Run service as its caller meets it: who may call, which revision answers, and with which environment. */
import { z } from "zod";
import { revisionType } from "../../providers/models/gcp/run-rules";
import type { World, WorldRecord } from "../../world/world";
import { BrokenHop, type Trail } from "./broken-hop";
import { isDown } from "./regions";
import { secretValue } from "./secret-value";

const serviceType = "gcp:cloudrunv2/service:Service";
const grantType = "gcp:cloudrunv2/serviceIamMember:ServiceIamMember";

const services = z.object({
  name: z.string(),
  ingress: z.string().optional(),
  invokerIamDisabled: z.boolean().optional(),
  latestReadyRevision: z.string(),
  traffics: z.array(z.object({ type: z.string().optional(), revision: z.string().optional(), percent: z.number().default(0) })),
});
const templates = z.object({
  serviceAccount: z.string().optional(),
  vpcAccess: z
    .object({
      egress: z.string().optional(),
      networkInterfaces: z.array(z.object({ network: z.string().optional(), subnetwork: z.string().optional() })).default([]),
    })
    .optional(),
  containers: z
    .array(
      z.object({
        envs: z
          .array(
            z.object({
              name: z.string(),
              value: z.string().optional(),
              valueSource: z
                .object({ secretKeyRef: z.object({ secret: z.string(), version: z.string().optional() }).optional() })
                .optional(),
            }),
          )
          .default([]),
      }),
    )
    .min(1),
});
export type Template = z.infer<typeof templates>;

/** An instance of a revision, as a container sees itself. */
export interface Instance {
  readonly project: string;
  readonly region: string;
  readonly service: string;
  readonly revision: string;
  /** Secrets in the clear: it must not be logged or answered. */
  readonly environment: ReadonlyMap<string, string>;
  readonly vpcAccess: Template["vpcAccess"];
}

/**
 * The instance that answers a call of the load balancer.
 *
 * @param turn counts the requests: shares of the traffic are kept exactly
 * @throws BrokenHop CHI-S266 to CHI-S269
 */
export function instanceOf(
  world: World,
  { project, region, service }: { project: string; region: string; service: string },
  turn: number,
  trail: Trail,
): Instance {
  if (isDown(world, region))
    throw new BrokenHop(
      "CHI-S266",
      "region",
      503,
      `${region} is out, and the load balancer sends there: npx chisan dr region --away ${region}`,
    );
  const id = `projects/${project}/locations/${region}/services/${service}`;
  const record = world.get(serviceType, id);
  if (record === undefined)
    throw new BrokenHop(
      "CHI-S267",
      "Cloud Run service",
      404,
      `the endpoint group of ${region} names ${id}, which does not exist: run npx chisan up for its stack`,
    );
  requireAdmitted(world, record);
  trail.pass("Cloud Run service", id);
  const name = servingRevision(record, turn);
  const revision = world.get(revisionType, `${id}/revisions/${name}`);
  if (revision === undefined)
    throw new BrokenHop(
      "CHI-S268",
      "revision",
      503,
      `the traffic of ${id} goes to ${name}, which does not exist: correct the configuration key chisan:traffic`,
    );
  trail.pass("revision", name);
  const template = templates.parse(revision.inputs.template);
  const environment = new Map<string, string>();
  for (const { name: variable, value, valueSource } of template.containers[0]!.envs) {
    const secret = valueSource?.secretKeyRef;
    environment.set(
      variable,
      secret === undefined ? (value ?? "") : secretValue(world, { project, account: template.serviceAccount, variable, ...secret }),
    );
  }
  return { project, region, service, revision: name, environment, vpcAccess: template.vpcAccess };
}

/** The load balancer calls from inside Google's network, and without an identity. */
function requireAdmitted(world: World, record: WorldRecord): void {
  const { ingress, invokerIamDisabled, name } = services.parse(record.outputs);
  if (ingress === "INGRESS_TRAFFIC_INTERNAL_ONLY")
    throw new BrokenHop(
      "CHI-S267",
      "Cloud Run service",
      404,
      `${record.id} has the ingress ${ingress}, which the load balancer is no part of: correct components/api-service.ts`,
    );
  if (invokerIamDisabled === true) return;
  const open = world
    .list(grantType)
    .some(
      ({ outputs }) =>
        (outputs.name === name || outputs.name === record.id) &&
        outputs.member === "allUsers" &&
        outputs.project === record.outputs.project &&
        outputs.location === record.outputs.location,
    );
  if (!open)
    throw new BrokenHop(
      "CHI-S267",
      "Cloud Run service",
      403,
      `${record.id} asks its callers for an identity, and a visitor has none: set invokerIamDisabled in components/api-service.ts`,
    );
}

function servingRevision({ outputs }: WorldRecord, turn: number): string {
  const { traffics, latestReadyRevision } = services.parse(outputs);
  let share = turn % 100;
  const target = traffics.find(({ percent }) => (share -= percent) < 0);
  return target?.revision ?? latestReadyRevision.slice(latestReadyRevision.lastIndexOf("/") + 1);
}
