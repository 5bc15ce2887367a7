import type { JsonObject } from "../../world/world";
import { alphanumeric, randomText } from "./ids";
import { defaults, kept, text, type Reference, type ResourceModel, type Situation, type VendorModel } from "./model";
import { access, validateProjectMembers } from "./vercel/access";
import {
  customEnvironmentType,
  projectType,
  requireSameTeam,
  requireTeam,
  team,
  validateRegion,
  validateRepository,
  vercelError,
  webAnalyticsType,
} from "./vercel/common";
import {
  envConflict,
  targets,
  validateVariable,
  validateVariables,
  variableIdentity,
  variablesWithIds,
  type Variable,
} from "./vercel/variables";

const newId = (prefix: string, length: number): string => `${prefix}_${randomText(alphanumeric, length)}`;
const idOf = (situation: Situation, prefix: string, length: number): string => kept(situation, "id", () => newId(prefix, length)) as string;

const toProject: Reference = {
  property: "projectId",
  type: projectType,
  identity: (value) => value,
  missing: (value) => vercelError("not_found", `Project not found: ${value}`).message,
  onDelete: "cascade",
};

/** One per project, written over, gone with the project. */
function projectSetting(
  options: { validate?: (situation: Situation) => void; computed?: (situation: Situation) => JsonObject } = {},
): ResourceModel {
  return {
    identity: (properties) => text(properties, "projectId"),
    duplicate: "adopt",
    references: [toProject],
    validate: (situation) => {
      requireTeam(situation);
      requireSameTeam(situation, situation.inputs.projectId);
      options.validate?.(situation);
    },
    id: (situation) => text(situation.inputs, "projectId"),
    computed: (situation) => options.computed?.(situation) ?? {},
    importIds: (outputs) => [`${String(outputs.teamId)}/${text(outputs, "projectId")}`],
  };
}

function validateProject(situation: Situation): void {
  requireTeam(situation);
  const name = text(situation.inputs, "name");
  // https://vercel.com/docs/projects/overview: up to 100 characters, lowercase, digits, ., _, -; no ---
  if (!/^[a-z0-9._-]{1,100}$/.test(name) || name.includes("---")) {
    throw vercelError(
      "bad_request",
      `Invalid project name "${name}": up to 100 lowercase letters, digits, ".", "_" and "-", without the sequence "---"`,
    );
  }
  const { serverlessFunctionRegion, gitRepository, resourceConfig } = situation.inputs as {
    serverlessFunctionRegion?: string;
    gitRepository?: { type?: string; repo?: string };
    resourceConfig?: { functionDefaultRegions?: string[] };
  };
  validateRegion(serverlessFunctionRegion);
  resourceConfig?.functionDefaultRegions?.forEach(validateRegion);
  if (gitRepository) validateRepository(gitRepository);
  validateVariables(
    { ...situation, inputs: { teamId: situation.inputs.teamId ?? "", projectId: situation.previous?.id ?? "" } },
    (situation.inputs.environments ?? []) as Variable[],
  );
}

function validateDomain(situation: Situation): void {
  requireTeam(situation);
  requireSameTeam(situation, situation.inputs.projectId);
  const { domain, redirect, redirectStatusCode, customEnvironmentId } = situation.inputs as {
    domain: string;
    redirect?: string;
    redirectStatusCode?: number;
    customEnvironmentId?: string;
  };
  if (!/^(\*\.)?([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,}$/.test(domain))
    throw vercelError("invalid_domain", `The domain "${domain}" is not valid`);
  // Below vercel.app one label is free to take; `*.vercel.app` and the domain itself are Vercel's own.
  if (/(^|\.)vercel\.app$/.test(domain) && !/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.vercel\.app$/.test(domain))
    throw vercelError("invalid_domain", `The domain "${domain}" is not valid: below vercel.app there is one label`);
  if (redirect === domain) throw vercelError("bad_request", `The domain "${domain}" cannot redirect to itself`);
  if (redirectStatusCode !== undefined && ![301, 302, 307, 308].includes(redirectStatusCode))
    throw vercelError("bad_request", `redirectStatusCode must be one of 301, 302, 307, 308, got ${redirectStatusCode}`);
  if (redirectStatusCode !== undefined && redirect === undefined) throw vercelError("bad_request", "redirectStatusCode needs redirect");
  if (
    customEnvironmentId !== undefined &&
    !situation.world.list(customEnvironmentType).some(({ outputs }) => outputs.id === customEnvironmentId)
  )
    throw vercelError("not_found", `Custom environment not found: ${customEnvironmentId}`);
}

function validateStages(situation: Situation): void {
  const stages = situation.inputs.stages as Array<{ targetPercentage?: number; duration?: number }>;
  const percents = stages.map(({ targetPercentage = 0 }) => targetPercentage);
  if (stages.length < 2) throw vercelError("bad_request", "a rolling release needs at least two stages");
  if (percents.at(-1) !== 100)
    throw vercelError("bad_request", `the last stage must have a target percentage of 100, got ${percents.at(-1)}`);
  if (percents.some((percent, at) => at > 0 && percent <= percents[at - 1]!))
    throw vercelError("bad_request", `stages must have rising target percentages, got ${percents.join(", ")}`);
}

interface Route {
  src: string;
  dest?: string;
  status?: number;
  headers?: JsonObject;
  transforms?: JsonObject[];
}

/** The provider's source, `projectRouteDefinitionValidator` and `projectRoutePositionValidator`; a regular expression must be one. */
function validateRoute(situation: Situation): void {
  const { route, srcSyntax, position } = situation.inputs as unknown as {
    route: Route;
    srcSyntax?: string;
    position?: { placement: string; referenceRouteId?: string };
  };
  if (routeType(route) === "none") throw vercelError("bad_request", "Missing route action: set at least one of dest, status, headers or transforms");
  const relative = position?.placement === "before" || position?.placement === "after";
  if (relative !== Boolean(position?.referenceRouteId))
    throw vercelError("bad_request", `reference_route_id is needed by the placements before and after and by no other, got ${JSON.stringify(position)}`);
  if (srcSyntax !== "regex") return;
  try {
    new RegExp(route.src);
  } catch (error) {
    throw vercelError("bad_request", `Invalid route source "${route.src}": ${(error as Error).message}`);
  }
}

function routeType({ dest, status, headers, transforms }: Route): string {
  if (dest) return status !== undefined && status >= 300 && status < 400 ? "redirect" : "rewrite";
  if (status) return "set_status";
  return Object.keys(headers ?? {}).length + (transforms ?? []).length > 0 ? "transform" : "none";
}

/** What a route has whose inputs leave it out. */
const routeDefaults = { caseSensitive: false, dest: "", has: [], headers: {}, missings: [], respectOriginCacheControl: false, status: 0, transforms: [] };

const retention = ["1d", "1w", "1m", "2m", "3m", "6m", "1y", "unlimited"];

export const vercel: VendorModel = {
  /** The team comes from the provider's configuration when the resource does not say; none is the token's own account. */
  resolve: (_token, inputs, configuration, isInput) =>
    isInput("teamId") ? { teamId: String(configuration.team ?? ""), ...inputs } : inputs,
  resources: {
    ...access,
    [projectType]: {
      identity: (properties) => `${team(properties)}/${text(properties, "name")}`,
      handles: (outputs) => [text(outputs, "id")],
      duplicate: (inputs) =>
        vercelError(
          "conflict",
          `Could not create project, project name "${text(inputs, "name")}" already exists. Please use a different name`,
        ).message,
      validate: validateProject,
      id: (situation) => idOf(situation, "prj", 28),
      computed: (situation) => ({
        ...defaults(situation.inputs, {
          autoAssignCustomDomains: true,
          automaticallyExposeSystemEnvironmentVariables: true,
          buildMachineType: "",
          customerSuccessCodeVisibility: false,
          directoryListing: false,
          enableAffectedProjectsDeployments: true,
          enablePreviewFeedback: true,
          enableProductionFeedback: false,
          functionFailover: false,
          gitForkProtection: true,
          gitLfs: false,
          gitProviderOptions: {},
          nodeVersion: "22.x",
          oidcTokenConfig: { issuerMode: "team" },
          onDemandConcurrentBuilds: false,
          previewComments: true,
          previewDeploymentsDisabled: false,
          prioritiseProductionBuilds: true,
          protectedSourcemaps: true,
          resourceConfig: {},
          serverlessFunctionRegion: "iad1",
          vercelAuthentication: { deploymentType: "standard_protection_new" },
        }),
      }),
      importIds: (outputs) => [`${String(outputs.teamId)}/${String(outputs.id)}`],
      // What the API's stand-in keeps beside a project ends with it.
      remove: ({ id }, world) => (world.get(webAnalyticsType, id) ? [{ delete: { type: webAnalyticsType, id } }] : []),
    },
    "vercel:index/projectDomain:ProjectDomain": {
      identity: (properties) => text(properties, "domain"),
      duplicate: (inputs) =>
        vercelError("domain_already_in_use", `Cannot add ${text(inputs, "domain")} since it's already in use by one of your projects`)
          .message,
      references: [toProject],
      validate: validateDomain,
      id: (situation) => text(situation.inputs, "domain"),
      computed: () => ({ misconfigured: false, verified: true, verifications: [] }),
      importIds: (outputs) => [
        `${text(outputs, "projectId")}/${text(outputs, "domain")}`,
        `${String(outputs.teamId)}/${text(outputs, "projectId")}/${text(outputs, "domain")}`,
      ],
    },
    "vercel:index/projectEnvironmentVariable:ProjectEnvironmentVariable": {
      identity: variableIdentity,
      duplicate: (inputs) => envConflict(inputs as Variable),
      references: [toProject],
      validate: (situation) => validateVariables(situation, [situation.inputs as Variable]),
      id: (situation) => idOf(situation, "env", 24),
      computed: (situation) => ({ ...defaults(situation.inputs, { comment: "", customEnvironmentIds: [], targets: [] }) }),
      writeOnly: ["valueWo"],
      importIds: (outputs) => [
        `${text(outputs, "projectId")}/${String(outputs.id)}`,
        `${String(outputs.teamId)}/${text(outputs, "projectId")}/${String(outputs.id)}`,
      ],
    },
    "vercel:index/projectEnvironmentVariables:ProjectEnvironmentVariables": {
      ...projectSetting(),
      validate: (situation) => validateVariables(situation, situation.inputs.variables as Variable[]),
      computed: (situation) => ({ variables: variablesWithIds(situation) }),
    },
    "vercel:index/projectDeploymentRetention:ProjectDeploymentRetention": projectSetting({
      validate: ({ inputs }) => {
        for (const property of ["expirationCanceled", "expirationErrored", "expirationPreview", "expirationProduction"]) {
          const value = inputs[property];
          if (value !== undefined && !retention.includes(String(value)))
            throw vercelError("bad_request", `${property} must be one of ${retention.join(", ")}, got ${JSON.stringify(value)}`);
        }
      },
      computed: ({ inputs }) =>
        defaults(inputs, {
          expirationCanceled: "unlimited",
          expirationErrored: "unlimited",
          expirationPreview: "unlimited",
          expirationProduction: "unlimited",
        }),
    }),
    "vercel:index/projectRoute:ProjectRoute": {
      references: [toProject],
      validate: (situation) => {
        requireTeam(situation);
        requireSameTeam(situation, situation.inputs.projectId);
        validateRoute(situation);
      },
      id: (situation) => idOf(situation, "route", 24),
      computed: (situation) => {
        const { route, srcSyntax, description } = situation.inputs as unknown as { route: Route; srcSyntax?: string; description?: string };
        const given = route as unknown as JsonObject;
        return {
          description: description ?? "",
          enabled: situation.inputs.enabled ?? true,
          srcSyntax: srcSyntax ?? "path-to-regexp",
          routeType: routeType(route),
          // The whole object: the plugin returns what was given with what the vendor made of the rest.
          route: { ...given, ...defaults(given, routeDefaults) },
        };
      },
      importIds: (outputs) => [
        `${text(outputs, "projectId")}/${String(outputs.id)}`,
        `${String(outputs.teamId)}/${text(outputs, "projectId")}/${String(outputs.id)}`,
      ],
    },
    "vercel:index/projectRollingRelease:ProjectRollingRelease": projectSetting({ validate: validateStages }),
    "vercel:index/projectMembers:ProjectMembers": projectSetting({ validate: validateProjectMembers }),
    "vercel:index/projectProtectionBypass:ProjectProtectionBypass": {
      references: [toProject],
      validate: (situation) => {
        requireTeam(situation);
        requireSameTeam(situation, situation.inputs.projectId);
      },
      id: (situation) => kept(situation, "id", () => randomText(alphanumeric, 32)) as string,
      computed: (situation) => ({
        createdAt: kept(situation, "createdAt", () => Date.parse(situation.now)),
        createdBy: kept(situation, "createdBy", () => newId("usr", 24)),
        scope: "automation-bypass",
        ...defaults(situation.inputs, { isEnvVar: false, secret: kept(situation, "secret", () => randomText(alphanumeric, 32)) }),
      }),
    },
    [customEnvironmentType]: {
      identity: (properties) => `${text(properties, "projectId")}/${text(properties, "name")}`,
      duplicate: (inputs) =>
        vercelError("custom_environment_slug_taken", `A custom environment named "${text(inputs, "name")}" already exists in this project`)
          .message,
      references: [toProject],
      validate: (situation) => {
        requireTeam(situation);
        requireSameTeam(situation, situation.inputs.projectId);
        const name = text(situation.inputs, "name");
        if (!/^[a-z0-9][a-z0-9-]{0,31}$/.test(name) || targets.includes(name))
          throw vercelError(
            "bad_request",
            `Invalid environment name "${name}": up to 32 lowercase letters, digits and hyphens, and not ${targets.join(", ")}`,
          );
      },
      id: (situation) => idOf(situation, "env", 28),
      computed: (situation) => ({ ...defaults(situation.inputs, { branchTracking: { pattern: "", type: "equals" }, description: "" }) }),
      importIds: (outputs) => [
        `${text(outputs, "projectId")}/${text(outputs, "name")}`,
        `${String(outputs.teamId)}/${text(outputs, "projectId")}/${text(outputs, "name")}`,
      ],
    },
    "vercel:index/sharedEnvironmentVariable:SharedEnvironmentVariable": {
      references: [{ ...toProject, property: "projectIds[]", onDelete: "dangle" }],
      validate: (situation) => {
        requireTeam(situation);
        ((situation.inputs.projectIds ?? []) as string[]).forEach((id) => requireSameTeam(situation, id));
        validateVariable(situation.inputs as Variable);
      },
      id: (situation) => idOf(situation, "env", 24),
      computed: (situation) => ({ ...defaults(situation.inputs, { applyToAllCustomEnvironments: false, comment: "", targets: [] }) }),
      writeOnly: ["valueWo"],
      importIds: (outputs) => [`${String(outputs.teamId)}/${String(outputs.id)}`],
    },
  },
  functions: {
    "vercel:index/getProject:getProject": (situation) => {
      const project = situation.world
        .list(projectType)
        .find(
          ({ outputs }) =>
            outputs.name === situation.args.name && (situation.args.teamId === undefined || outputs.teamId === situation.args.teamId),
        );
      if (!project) throw vercelError("not_found", `Project not found: ${String(situation.args.name)}`);
      return { environments: [], ...project.outputs };
    },
  },
};
