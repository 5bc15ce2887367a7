import { environmentVariable, environmentVariableNames, variablesOf, type EnvironmentVariableName } from "../../config/environment-variables";
import { independently, stackPolicy, type PolicyResource, type StackResource } from "../framework/policy";
import { containersOf, isApi, listOf, variablesIn } from "./containers";

const webProject = "vercel:index/project:Project";
const webVariable = "vercel:index/projectEnvironmentVariable:ProjectEnvironmentVariable";

/** What the API is told of where it runs, beside the catalogue (components/api-service-template.ts). */
const ofTheRuntime = ["APP_VERSION", "DEPLOYMENT_ENVIRONMENT", "LOG_LEVEL", "NODE_ENV"];

/** While a secret rotates, its container also has the generation before (section 2.4; components/secret-store.ts). */
const whileRotating = "_PREVIOUS";

type Report = (message: string, resource?: PolicyResource) => void;

export const completeVariables = stackPolicy({
  id: "complete-variables",
  title: "The API and the web app have each exactly the variables of the catalogue",
  severity: "high",
  section: "2.3",
  why: "a variable that only one environment has is a fault that appears there alone; one too many hands a secret to who does not need it",
  remediation: "declare the variable, with its consumers, in config/environment-variables.ts, and fill it in stacks/environment-values.ts",
  check: (resources, report, context) => {
    // dev declares nothing in a cloud.
    if (context.stack === "dev") return;
    independently(
      () => checkApi(resources.filter((resource) => isApi(resource, context)), report),
      () => checkWeb(resources, report),
    );
  },
});

function checkApi(services: readonly StackResource[], report: Report): void {
  if (services.length === 0) report("there is no Cloud Run service of the API, and so none of its variables");
  for (const service of services) {
    const variables = containersOf(service).flatMap(variablesIn);
    const names = variables.map(({ name }) => name).filter((name) => !isPreviousSecret(name));
    compare(new Set(names), variablesOf("api"), ofTheRuntime, (message) => report(message, service));
    for (const { name, definition } of variables) {
      const plain = definition["valueSource"] === undefined;
      if (plain && visibilityOf(isPreviousSecret(name) ? name.slice(0, -whileRotating.length) : name) === "secret") report(`${name} is a plain value; everywhere: a version of a secret`, service);
    }
  }
}

function checkWeb(resources: readonly StackResource[], report: Report): void {
  const projects = resources.filter(({ type }) => type === webProject);
  if (projects.length === 0) report("there is no Vercel project, and so none of the web app's variables");
  const variables = resources.filter(({ type }) => type === webVariable);
  for (const project of projects) {
    // Previews, where there are any, are the app too.
    const targets = project.props["previewDeploymentsDisabled"] === true ? ["production"] : ["production", "preview"];
    for (const target of targets) {
      const there = variables.filter(({ props }) => listOf(props["targets"]).includes(target)).map(({ props }) => String(props["key"]));
      compare(new Set(there), variablesOf("web"), [], (message) => report(`${message} (target ${target})`, project));
    }
    const elsewhere = variables.filter(({ props }) => !listOf(props["targets"]).some((target) => targets.includes(String(target))));
    for (const variable of elsewhere) report(`${String(variable.props["key"])} reaches no deployment of the project; targets: ${targets.join(", ")}`, variable);
  }
}

function compare(found: ReadonlySet<string>, catalogue: readonly EnvironmentVariableName[], besides: readonly string[], report: (message: string) => void): void {
  const expected: readonly string[] = [...catalogue, ...besides];
  const missing = expected.filter((name) => !found.has(name));
  const surplus = [...found].filter((name) => !expected.includes(name));
  if (missing.length > 0) report(`missing: ${missing.join(", ")}`);
  if (surplus.length > 0) report(`surplus: ${surplus.join(", ")}; not in its part of the catalogue`);
}

/** Of a secret that the API has: a second copy of what is not secret has no reason to be there. */
function isPreviousSecret(name: string): boolean {
  const current = variablesOf("api").find((one) => `${one}${whileRotating}` === name);
  return current !== undefined && visibilityOf(current) === "secret";
}

function visibilityOf(name: string): "public" | "secret" | undefined {
  const known = environmentVariableNames.find((one) => one === name);
  return known === undefined ? undefined : environmentVariable(known).visibility;
}
