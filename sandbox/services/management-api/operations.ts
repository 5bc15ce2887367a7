/** The operations of the Management API that the sandbox carries out, by the vendor's operation ID. */
import { isIPv4, isIPv6 } from "node:net";
import type { Json, JsonObject, WorldChange, WorldRecord } from "../../world/world";
import { ApiRefusal } from "../http/refusal";
import type { ApiAnswer, ApiCall as VendorCall, Handler as VendorHandler, Look } from "../http/server";
import { listAddons, removeAddon, selectAddon } from "./addons";
import { diskBody, type DiskRequest, modifyDisk } from "./disk";
import { type RecoverySight, backupsBody, projectStatus, restoreToMoment } from "./backups";

export const projectType = "supabase:index/project:Project";
export const settingsType = "supabase:index/settings:Settings";
const keysType = "supabase:api/keys";
const apikeyType = "supabase:index/apikey:Apikey";

/** A checked request. */
export interface ApiCall extends VendorCall {
  /** The PostgreSQL version of a project, as the vendor writes it: `15.8.1.085`. */
  readonly postgresVersion: (ref: string) => string;
  readonly recovery: RecoverySight;
  /** Where a project's database listens; undefined: where the vendor's would. */
  readonly databaseHost: (ref: string) => string | undefined;
}

/** @throws ApiRefusal where the vendor refuses */
export type Handler = VendorHandler<ApiCall>;

const answer = (body: () => Json): ApiAnswer => ({ status: 200, body });

export const handlers: { readonly [operationId: string]: Handler } = {
  "v1-list-all-projects": (call) =>
    answer(() =>
      call.world
        .list(projectType)
        .filter(({ id }) => call.look(projectType, id))
        .map((project) => projectBody(project, call)),
    ),
  "v1-get-project": (call) => {
    const project = requireProject(call);
    return answer(() => projectBody(project, call));
  },
  "v1-list-project-addons": (call) => {
    const project = requireProject(call);
    return answer(() => listAddons(project, call.look));
  },
  "v1-apply-project-addon": (call) => {
    const { addon_type, addon_variant } = call.body as { addon_type: string; addon_variant: string };
    return { status: 200, changes: selectAddon(requireProject(call), existing(call), addon_type, addon_variant, call.now) };
  },
  "v1-remove-project-addon": (call) => ({
    status: 200,
    changes: removeAddon(requireProject(call), existing(call), String(call.parameters.addon_variant)),
  }),
  "v1-get-database-disk": (call) => {
    const project = requireProject(call);
    return answer(() => diskBody(project, call.look));
  },
  "v1-modify-database-disk": (call) => ({ status: 201, changes: modifyDisk(requireProject(call), existing(call), call.body as DiskRequest, call.now) }),
  "v1-get-ssl-enforcement-config": (call) => {
    const project = requireProject(call);
    return answer(() => sslBody(project, call));
  },
  "v1-update-ssl-enforcement-config": (call) => {
    const project = requireProject(call);
    const { requestedConfig } = call.body as { requestedConfig: { database: boolean } };
    return {
      status: 200,
      changes: [changedSettings(project, call, { sslEnforcement: requestedConfig.database })],
      body: () => sslBody(project, call),
    };
  },
  "v1-get-network-restrictions": (call) => {
    const project = requireProject(call);
    return answer(() => restrictionsBody(project, call));
  },
  "v1-update-network-restrictions": (call) => {
    const project = requireProject(call);
    const { dbAllowedCidrs = [], dbAllowedCidrsV6 = [] } = call.body as { dbAllowedCidrs?: string[]; dbAllowedCidrsV6?: string[] };
    for (const range of dbAllowedCidrs) requireRange(range, 4);
    for (const range of dbAllowedCidrsV6) requireRange(range, 6);
    const network = JSON.stringify({ restrictions: [...dbAllowedCidrs, ...dbAllowedCidrsV6] });
    return { status: 201, changes: [changedSettings(project, call, { network })], body: () => restrictionsBody(project, call) };
  },
  "v1-list-all-backups": (call) => {
    const project = requireProject(call);
    return answer(() => backupsBody(project, call));
  },
  "v1-restore-pitr-backup": (call) => restoreToMoment(requireProject(call), call),
  "v1-get-project-api-keys": (call) => {
    const project = requireProject(call);
    return answer(() => keysBody(project, call, call.query.reveal === true));
  },
};

function requireProject(call: ApiCall): WorldRecord {
  const ref = String(call.parameters.ref);
  const project = call.look(projectType, ref);
  // The words in which the provider reports it: sandbox/providers/models/supabase.ts.
  if (!project) throw new ApiRefusal(404, `Project not found: ${ref}`);
  return project;
}

/** What a change builds on is what exists, visible or not. */
function existing({ world }: ApiCall): Look {
  return (type, id) => world.get(type, id);
}

function projectBody(project: WorldRecord, call: ApiCall): JsonObject {
  const organization = String(project.outputs.organizationId);
  const version = call.postgresVersion(project.id);
  return {
    id: project.id,
    ref: project.id,
    organization_id: organization,
    organization_slug: organization,
    name: String(project.outputs.name),
    region: String(project.outputs.region),
    created_at: project.createdAt,
    status: projectStatus(project.id, call.look),
    database: {
      host: call.databaseHost(project.id) ?? `db.${project.id}.supabase.co`,
      version,
      postgres_engine: version.split(".")[0] ?? version,
      release_channel: "ga",
    },
  };
}

function settingsOf(project: WorldRecord, look: Look): WorldRecord | undefined {
  return look(settingsType, project.id);
}

/** A project always has settings; the record exists once the provider or this API has written one. */
function changedSettings(project: WorldRecord, call: ApiCall, change: JsonObject): WorldChange {
  const before = settingsOf(project, existing(call)) ?? {
    type: settingsType,
    id: project.id,
    urns: [],
    inputs: { projectRef: project.id },
    outputs: { id: project.id, projectRef: project.id },
    secretPaths: [],
    createdAt: call.now,
  };
  return { put: { ...before, inputs: { ...before.inputs, ...change }, outputs: { ...before.outputs, ...change } } };
}

function sslBody(project: WorldRecord, { look }: ApiCall): JsonObject {
  return { currentConfig: { database: settingsOf(project, look)?.outputs.sslEnforcement === true }, appliedSuccessfully: true };
}

function restrictionsBody(project: WorldRecord, { look }: ApiCall): JsonObject {
  const network = settingsOf(project, look)?.outputs.network;
  if (typeof network !== "string") return { entitlement: "allowed", config: {}, status: "stored" };
  const { restrictions } = JSON.parse(network) as { restrictions: string[] };
  const config = {
    dbAllowedCidrs: restrictions.filter((range) => !range.includes(":")),
    dbAllowedCidrsV6: restrictions.filter((range) => range.includes(":")),
  };
  return { entitlement: "allowed", config, status: "applied" };
}

function requireRange(text: string, version: 4 | 6): void {
  const [address = "", prefix = "", ...rest] = text.split("/");
  const known = version === 4 ? isIPv4(address) : isIPv6(address);
  if (!known || rest.length > 0 || !/^\d{1,3}$/.test(prefix) || Number(prefix) > (version === 4 ? 32 : 128)) {
    throw new ApiRefusal(400, `${text} is not an IPv${version} CIDR range`);
  }
}

function keysBody(project: WorldRecord, call: ApiCall, reveal: boolean): Json {
  const keys = call.look(keysType, project.id);
  if (!keys) return [];
  const own = call.world.list(apikeyType).filter(({ outputs }) => outputs.projectRef === project.id);
  const secretKeys = [
    ...(keys.outputs.secretKeys as Array<{ name: string; apiKey: string }>),
    ...own.map(({ outputs }) => ({ name: String(outputs.name), apiKey: String(outputs.apiKey) })),
  ];
  const shown = (apiKey: string): string => (reveal ? apiKey : `${apiKey.slice(0, "sb_secret_".length + 5)}${"·".repeat(16)}`);
  return [
    { name: "anon", type: "legacy", api_key: String(keys.outputs.anonKey) },
    { name: "service_role", type: "legacy", api_key: String(keys.outputs.serviceRoleKey) },
    { name: "default", type: "publishable", api_key: String(keys.outputs.publishableKey) },
    ...secretKeys.map(({ name, apiKey }) => ({ name, type: "secret", api_key: shown(apiKey) })),
  ];
}
