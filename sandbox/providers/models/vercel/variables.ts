import type { Json, JsonObject } from "../../../world/world";
import { derivedHex } from "../existing-things";
import { text, VendorRefusal, type Situation } from "../model";
import { customEnvironmentType, requireSameTeam, requireTeam, vercelError } from "./common";

export interface Variable {
  key?: string;
  value?: string;
  targets?: string[];
  customEnvironmentIds?: string[];
  gitBranch?: string;
  sensitive?: boolean;
  comment?: string;
}

export const targets = ["production", "preview", "development"];

/** https://vercel.com/docs/environment-variables/reserved-environment-variables and …/system-environment-variables. */
const reservedNames: ReadonlySet<string> = new Set(
  (
    "AWS_EXECUTION_ENV AWS_LAMBDA_FUNCTION_MEMORY_SIZE AWS_LAMBDA_FUNCTION_NAME AWS_LAMBDA_FUNCTION_VERSION AWS_LAMBDA_LOG_GROUP_NAME " +
    "AWS_LAMBDA_LOG_STREAM_NAME AWS_SECRET_KEY LAMBDA_RUNTIME_DIR LAMBDA_TASK_ROOT NOW_REGION TZ VERCEL VERCEL_AUTOMATION_BYPASS_SECRET VERCEL_BRANCH_URL " +
    "VERCEL_DEPLOYMENT_ID VERCEL_ENV VERCEL_GIT_COMMIT_AUTHOR_LOGIN VERCEL_GIT_COMMIT_AUTHOR_NAME VERCEL_GIT_COMMIT_MESSAGE VERCEL_GIT_COMMIT_REF " +
    "VERCEL_GIT_COMMIT_SHA VERCEL_GIT_PREVIOUS_SHA VERCEL_GIT_PROVIDER VERCEL_GIT_PULL_REQUEST_ID VERCEL_GIT_REPO_ID VERCEL_GIT_REPO_OWNER " +
    "VERCEL_GIT_REPO_SLUG VERCEL_OIDC_TOKEN VERCEL_PROJECT_ID VERCEL_PROJECT_PRODUCTION_URL VERCEL_REGION VERCEL_SKEW_PROTECTION_ENABLED VERCEL_TARGET_ENV " +
    "VERCEL_URL"
  ).split(" "),
);

/** https://vercel.com/docs/environment-variables: names, sizes (64 KB for all of a deployment's), reserved names. */
export function validateVariable({
  key = "",
  value = "",
  targets: chosen = [],
  customEnvironmentIds = [],
  gitBranch,
  sensitive,
  comment = "",
}: Variable): void {
  if (!/^[A-Za-z_][A-Za-z0-9_]{0,255}$/.test(key))
    throw vercelError(
      "bad_request",
      `The name "${key}" contains invalid characters. Only letters, digits, and underscores are allowed, and it must not start with a digit`,
    );
  if (reservedNames.has(key)) throw vercelError("bad_request", `The name "${key}" is reserved`);
  if (Buffer.byteLength(value) > 65_536) throw vercelError("bad_request", `The value of ${key} exceeds the maximum of 64 KB`);
  if (chosen.length === 0 && customEnvironmentIds.length === 0)
    throw vercelError("bad_request", `${key}: at least one of targets or customEnvironmentIds is required`);
  const unknown = chosen.find((target) => !targets.includes(target));
  if (unknown) throw vercelError("bad_request", `${key}: target "${unknown}" is not one of ${targets.join(", ")}`);
  if (sensitive && chosen.includes("development"))
    throw vercelError("bad_request", `${key}: You cannot set a Sensitive Environment Variable's target to development`);
  if (gitBranch !== undefined && !(chosen.length === 1 && chosen[0] === "preview"))
    throw vercelError("bad_request", `${key}: a git branch can be given for the target preview only`);
  if (comment.length > 1000) throw vercelError("bad_request", `${key}: a comment has at most 1000 characters`);
}

/** Two variables of one name may not both apply to the same environment and branch. */
function conflict(one: Variable, other: Variable): boolean {
  const environments = (each: Variable): string[] => [...(each.targets ?? []), ...(each.customEnvironmentIds ?? [])];
  return (
    one.key === other.key &&
    (one.gitBranch ?? "") === (other.gitBranch ?? "") &&
    environments(one).some((environment) => environments(other).includes(environment))
  );
}

export function envConflict({ key, targets: chosen = [], customEnvironmentIds = [] }: Variable): string {
  return vercelError(
    "ENV_CONFLICT",
    `Another environment variable exists with name "${key}" for one of the same targets: ${[...chosen, ...customEnvironmentIds].join(", ")}`,
  ).message;
}

export function variableIdentity(properties: JsonObject): string {
  const { projectId, key, targets: chosen, customEnvironmentIds, gitBranch } = properties;
  const places = [...((chosen ?? []) as string[]), ...((customEnvironmentIds ?? []) as string[])].sort();
  return [projectId, key, places.join(","), gitBranch ?? ""].map(String).join(" ");
}

/** Every variable of a project, whichever kind of resource made it. */
function variablesOf(situation: Situation): Variable[] {
  const mine = (outputs: JsonObject): boolean => outputs.projectId === situation.inputs.projectId;
  const single = situation.world.list("vercel:index/projectEnvironmentVariable:ProjectEnvironmentVariable");
  const many = situation.world.list("vercel:index/projectEnvironmentVariables:ProjectEnvironmentVariables");
  return [
    ...single.filter(({ id, outputs }) => mine(outputs) && id !== situation.previous?.id).map(({ outputs }) => outputs as Variable),
    ...many
      .filter(({ id, outputs }) => mine(outputs) && id !== situation.previous?.id)
      .flatMap(({ outputs }) => (outputs.variables ?? []) as Variable[]),
  ];
}

export function validateVariables(situation: Situation, variables: Variable[]): void {
  requireTeam(situation);
  requireSameTeam(situation, situation.inputs.projectId);
  const taken = variablesOf(situation);
  for (const variable of variables) {
    validateVariable(variable);
    for (const id of variable.customEnvironmentIds ?? []) {
      if (!situation.world.list(customEnvironmentType).some(({ outputs }) => outputs.id === id))
        throw vercelError("not_found", `Custom environment not found: ${id}`);
    }
    if (taken.some((other) => conflict(variable, other))) {
      throw new VendorRefusal(envConflict(variable));
    }
    taken.push(variable);
  }
}

/** Each variable of the set has an ID of its own, the same as long as its name and place stay. */
export function variablesWithIds(situation: Situation): Json {
  return (situation.inputs.variables as JsonObject[]).map((variable) => ({
    comment: "",
    customEnvironmentIds: [],
    sensitive: false,
    targets: [],
    id: derivedHex(
      `${text(situation.inputs, "projectId")} ${String(variable.key)} ${JSON.stringify(variable.targets ?? [])} ${String(variable.gitBranch)}`,
      16,
    ),
    ...variable,
  }));
}
