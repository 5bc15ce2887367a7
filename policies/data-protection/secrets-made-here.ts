import { environmentVariables } from "../../config/environment-variables";
import { independently, stackPolicy, type StackResource } from "../framework/policy";
import { isSecretName } from "../least-privilege/reading/secret-names";
import { eachVariable, nameOf, variableTypes } from "../least-privilege/reading/vercel-variables";
import { secretVariable } from "./reading/stack-secrets";

const password = "random:index/randomPassword:RandomPassword";

/** What makes secrets, new ones in each stack. */
const makers = [
  password,
  "random:index/randomBytes:RandomBytes",
  "cloudflare:index/accountToken:AccountToken",
  "supabase:index/project:Project",
  "sentry:index/sentryKey:SentryKey",
];

/** Secrets that a person gives by configuration, so that where they come from cannot be seen here: `sharedSecrets` compares them. */
const given: readonly string[] = [
  ...Object.entries(environmentVariables)
    .filter(([, { visibility, source }]) => visibility === "secret" && source.kind === "configuration")
    .map(([name]) => name),
  "BACKUP_IDENTITY",
  "RESTORE_TEST_DATABASE_URL",
];

export const secretsMadeHere = stackPolicy({
  id: "secrets-made-here",
  title: "Each environment makes its own secrets",
  severity: "critical",
  section: "2.5",
  why: "a secret that two environments share opens prod to whoever gets into staging",
  remediation: "let the SecretStore generate it, or take it from a component of the same stack (stacks/environment-values.ts)",
  check: (resources, report) => {
    independently(
      ...resources.map((resource) => () => {
        if (resource.type === "gcp:secretmanager/secretVersion:SecretVersion") {
          judge(secretVariable(resource), resource, () => resource.props["secretData"], report);
        } else if (resource.type === "supabase:index/project:Project") {
          judge("databasePassword", resource, () => resource.props["databasePassword"], report, [password]);
        } else if (variableTypes.includes(resource.type)) {
          eachVariable(resource, (variable) => {
            const name = nameOf(variable);
            if (variable["sensitive"] === true || isSecretName(name)) judge(name, resource, () => variable["value"], report);
          });
        }
      }),
    );
  },
});

function judge(
  name: string,
  resource: StackResource,
  value: () => unknown,
  report: (message: string, resource: StackResource) => void,
  allowed: readonly string[] = makers,
): void {
  if (given.includes(name) || comesFrom(allowed, resource)) return;
  // The engine tells of no dependency on what a provider's function answers while its arguments are not known: then it is not decided yet.
  value();
  report(`${name} comes from nothing that this stack makes; allowed: a random resource, a token, a database of the same stack`, resource);
}

/** Its own dependencies, without following them further: the web project, on which every variable depends, makes no secret. */
function comesFrom(allowed: readonly string[], { dependencies }: StackResource): boolean {
  return dependencies.some(({ type }) => allowed.includes(type));
}
