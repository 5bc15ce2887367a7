import { randomUUID } from "node:crypto";
import type { JsonObject } from "../../world/world";
import { alphanumeric, jwtShaped, lowerCase, randomText } from "./ids";
import { defaults, kept, text, VendorRefusal, type Reference, type ResourceModel, type VendorModel, type VisibleWorld } from "./model";
import { checkBody, enumOf, limitsOf } from "./supabase-api";
import { restrictionProblem } from "./supabase-network";

const projectType = "supabase:index/project:Project";
/** Auxiliary: a project's legacy and default keys. ID: the project's ref. `outputs`: anonKey, serviceRoleKey, publishableKey, secretKeys. */
export const keysType = "supabase:api/keys";

function supabaseError(title: string, message: string): VendorRefusal {
  return new VendorRefusal(`${title}: ${message}`);
}

/** The words of the plugin framework for an attribute whose update its provider does not carry out. */
const notUpdatable = (attribute: string): VendorRefusal =>
  supabaseError("Client Error", `Update is not supported for this attribute: ${attribute}`);

const toProject: Reference = {
  property: "projectRef",
  type: projectType,
  identity: (value) => value,
  missing: (value) =>
    supabaseError("Client Error", `Unable to read project, got status 404: {"message":"Project not found: ${value}"}`).message,
  onDelete: "cascade",
};

/** The settings document's parts, and what the Management API says of each (sandbox/apis). */
const settingSchemas: { [part: string]: string } = {
  api: "V1UpdatePostgrestConfigBody",
  auth: "UpdateAuthConfigBody",
  database: "UpdatePostgresConfigBody",
  storage: "UpdateStorageConfigBody",
  pooler: "UpdateSupavisorConfigBody",
};

function validateSettings(inputs: JsonObject): void {
  for (const [part, schema] of Object.entries(settingSchemas)) {
    if (typeof inputs[part] === "string") complain(part, checkBody(schema, JSON.parse(inputs[part])));
  }
  if (typeof inputs.network === "string") {
    const network = JSON.parse(inputs.network) as { restrictions?: unknown };
    const unknown = Object.keys(network).find((key) => key !== "restrictions");
    if (unknown) complain("network", [`/${unknown} is unknown: only "restrictions" is`]);
    for (const range of Array.isArray(network.restrictions) ? network.restrictions : []) {
      const problem = restrictionProblem(range);
      if (problem) complain("network", [`/restrictions has ${JSON.stringify(range)}, ${problem}`]);
    }
  }
}

function complain(part: string, problems: string[]): void {
  if (problems.length > 0)
    throw supabaseError("Client Error", `Unable to update settings, got status 400: ${part}: ${problems.join("; ")}`);
}

const newRef = (world: VisibleWorld): string => {
  for (;;) {
    const ref = randomText(lowerCase, 20);
    if (!world.get(projectType, ref)) return ref;
  }
};

/** The keys a new project gets: two legacy ones of the shape of a JSON Web Token, valid for ten years, and the two of the newer kind. */
function newKeys(ref: string, now: string): JsonObject {
  const issued = Math.floor(Date.parse(now) / 1000);
  const legacy = (role: string): string => jwtShaped({ iss: "supabase", ref, role, iat: issued, exp: issued + 315_360_000 });
  return {
    projectRef: ref,
    anonKey: legacy("anon"),
    serviceRoleKey: legacy("service_role"),
    publishableKey: `sb_publishable_${randomText(alphanumeric, 31)}`,
    secretKeys: [{ name: "default", apiKey: `sb_secret_${randomText(alphanumeric, 31)}` }],
  };
}

const project: ResourceModel = {
  identity: (properties) => `${text(properties, "organizationId")}/${text(properties, "name")}`,
  handles: (outputs) => [text(outputs, "id")],
  duplicate: (inputs) =>
    supabaseError(
      "Client Error",
      `Unable to create project, got status 400: {"message":"Project name already exists in your organization: ${text(inputs, "name")}"}`,
    ).message,
  validate: ({ inputs, previous, existing }) => {
    const { name, organizationId, region, databasePassword, instanceSize } = inputs as {
      name: string;
      organizationId: string;
      region: string;
      databasePassword: string;
      instanceSize?: string;
    };
    if (previous) {
      for (const attribute of ["organizationId", "region"] as const)
        if (previous.outputs[attribute] !== inputs[attribute]) throw notUpdatable(attribute);
    }
    if (!existing.hasSupabaseOrganization(organizationId))
      throw supabaseError(
        "Client Error",
        `Unable to create project, got status 404: {"message":"Organization not found: ${organizationId}"}`,
      );
    const regions = enumOf("V1CreateProjectBody", "region");
    if (!regions.includes(region))
      throw supabaseError(
        "Client Error",
        `Unable to create project, got status 400: region "${region}" is not one of ${regions.join(", ")}`,
      );
    const sizes = enumOf("V1CreateProjectBody", "desired_instance_size");
    if (instanceSize !== undefined && !sizes.includes(instanceSize))
      throw supabaseError(
        "Client Error",
        `Unable to create project, got status 400: instance size "${instanceSize}" is not one of ${sizes.join(", ")}`,
      );
    const { maxLength = 256 } = limitsOf("V1CreateProjectBody", "name");
    if (name.length === 0 || name.length > maxLength)
      throw supabaseError(
        "Client Error",
        `Unable to create project, got status 400: name must have 1 to ${maxLength} characters, got ${name.length}`,
      );
    const { minLength = 4 } = limitsOf("V1UpdatePasswordBody", "password");
    if (databasePassword.length < minLength)
      throw supabaseError(
        "Client Error",
        `Unable to create project, got status 400: the database password must have at least ${minLength} characters`,
      );
  },
  id: (situation) => kept(situation, "id", () => newRef(situation.world)) as string,
  computed: ({ inputs }) => defaults(inputs, { instanceSize: "micro", legacyApiKeysEnabled: true }),
  alongside: (situation, outputs) => {
    const id = text(outputs, "id");
    if (situation.world.get(keysType, id)) return [];
    return [
      {
        put: {
          type: keysType,
          id,
          urns: [],
          inputs: {},
          outputs: newKeys(id, situation.now),
          secretPaths: ["anonKey", "serviceRoleKey", "publishableKey", "secretKeys"],
          createdAt: situation.now,
        },
      },
    ];
  },
  remove: (record, world) => {
    // What the Management API's stand-in keeps beside a project (add-ons, backups, its disk) ends with it, as a project's backups do in reality.
    const beside = [keysType, "supabase:api/addon", "supabase:api/disk"].flatMap((type) =>
      world.list(type).filter(({ id }) => id === record.id || id.startsWith(`${record.id}/`)),
    );
    return beside.map(({ type, id }) => ({ delete: { type, id } }));
  },
};

export const supabase: VendorModel = {
  resources: {
    [projectType]: project,
    "supabase:index/settings:Settings": {
      identity: (properties) => text(properties, "projectRef"),
      duplicate: "adopt",
      references: [toProject],
      validate: ({ inputs, previous }) => {
        if (previous && previous.outputs.projectRef !== inputs.projectRef) throw notUpdatable("projectRef");
        validateSettings(inputs);
      },
      id: (situation) => text(situation.inputs, "projectRef"),
      computed: () => ({}),
      // A project always has settings: the provider's delete only forgets them.
      staysAfterDelete: () => true,
    },
    "supabase:index/apikey:Apikey": {
      identity: (properties) => `${text(properties, "projectRef")}/${text(properties, "name")}`,
      duplicate: (inputs) =>
        supabaseError(
          "Client Error",
          `Unable to create API key, got status 409: {"message":"API key name already exists: ${text(inputs, "name")}"}`,
        ).message,
      references: [toProject],
      validate: ({ inputs, previous }) => {
        if (previous && previous.outputs.projectRef !== inputs.projectRef) throw notUpdatable("projectRef");
        const { minLength = 4, maxLength = 64, pattern = "" } = limitsOf("CreateApiKeyBody", "name");
        const name = text(inputs, "name");
        if (name.length < minLength || name.length > maxLength || !new RegExp(pattern).test(name)) {
          throw supabaseError(
            "Client Error",
            `Unable to create API key, got status 400: name "${name}" must have ${minLength} to ${maxLength} characters and match ${pattern}`,
          );
        }
      },
      id: (situation) => kept(situation, "id", randomUUID) as string,
      computed: (situation) => ({
        apiKey: kept(situation, "apiKey", () => `sb_secret_${randomText(alphanumeric, 31)}`),
        secretJwtTemplate: { role: "service_role" },
        type: "secret",
      }),
      importIds: (outputs) => [`${text(outputs, "projectRef")}/${String(outputs.id)}`],
    },
  },
  functions: {
    "supabase:index/getApikeys:getApikeys": ({ args, world }) => {
      const ref = text(args, "projectRef");
      const keys = world.get(keysType, ref);
      if (!keys) throw new VendorRefusal(toProject.missing(ref, args));
      const own = world.list("supabase:index/apikey:Apikey").filter(({ outputs }) => outputs.projectRef === ref);
      return {
        ...keys.outputs,
        secretKeys: [
          ...(keys.outputs.secretKeys as JsonObject[]),
          ...own.map(({ outputs }) => ({ name: outputs.name ?? "", apiKey: outputs.apiKey ?? "" })),
        ],
      };
    },
    "supabase:index/getPooler:getPooler": ({ args, world }) => {
      const ref = text(args, "projectRef");
      const found = world.get(projectType, ref);
      if (!found) throw new VendorRefusal(toProject.missing(ref, args));
      return {
        projectRef: ref,
        url: {
          transaction: `postgresql://postgres.${ref}:[YOUR-PASSWORD]@aws-0-${text(found.outputs, "region")}.pooler.supabase.com:6543/postgres`,
        },
      };
    },
  },
};
