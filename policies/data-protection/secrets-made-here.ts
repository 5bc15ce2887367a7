import { generatedVariableNames } from "../../config/environment-variables";
import { independently, stackPolicy, type StackResource } from "../framework/policy";
import { isSecretName } from "../least-privilege/reading/secret-names";
import { eachVariable, nameOf, variableTypes } from "../least-privilege/reading/vercel-variables";
import { dataKeys, generatedSecrets, givenSecrets, holdersOfDataKeys } from "./reading/document";
import { madeValues, secretVariable, versionType } from "./reading/stack-secrets";

const databasePassword = "databasePassword";
const password = "random:index/randomPassword:RandomPassword";
const random = [password, "random:index/randomBytes:RandomBytes"];

/** What makes secrets, new ones in each stack. */
const makers = [
  ...random,
  "cloudflare:index/accountToken:AccountToken",
  "supabase:index/project:Project",
  "sentry:index/sentryKey:SentryKey",
];

export const secretsMadeHere = stackPolicy({
  id: "secrets-made-here",
  title: "Each environment makes its own secrets",
  severity: "critical",
  section: "2.5",
  why: "a secret that two environments share opens prod to whoever gets into staging",
  remediation: "let the SecretStore generate it, or take it from a component of the same stack (stacks/environment-values.ts); ENCRYPTION_KEY alone comes with prod's data, in prod and chisan-dr (chisan:encryptionKeys)",
  check: (resources, report, { stack }) => {
    independently(
      ...resources.map((resource) => () => {
        if (resource.type === versionType) {
          if (cameWithItsData(resource, resources, stack)) return;
          judge(secretVariable(resource), resource, () => resource.props["secretData"], report);
        } else if (resource.type === "supabase:index/project:Project") {
          judge(databasePassword, resource, () => resource.props["databasePassword"], report, [password]);
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

/**
 * A data key belongs to the data, not to the environment: chisan-dr is given prod's with prod's data, and a rebuilt prod gets it back. Then nothing
 * makes that generation of it here; where something does, what it made must be what is kept.
 */
function cameWithItsData(version: StackResource, resources: readonly StackResource[], stack: string): boolean {
  if (!holdersOfDataKeys.includes(stack) || !dataKeys.includes(secretVariable(version)) || comesFrom(makers, version).length > 0) return false;
  const made = version.name.replace(/-v(\d+)$/, "-g$1");
  return !resources.some(({ type, name }) => random.includes(type) && name === made);
}

function judge(
  name: string,
  resource: StackResource,
  value: () => unknown,
  report: (message: string, resource: StackResource) => void,
  allowed: readonly string[] = isGenerated(name) ? random : makers,
): void {
  // `sharedSecrets` compares these.
  if (givenSecrets.includes(name)) return;
  const from = comesFrom(allowed, resource);
  if (from.length === 0) {
    // The engine tells of no dependency on what a provider's function answers while its arguments are not known: then it is not decided yet.
    value();
    report(`${name} comes from nothing that this stack makes; allowed: a random resource, a token, a database of the same stack`, resource);
  } else if (isGenerated(name)) {
    // A dependency can be declared, and nothing of it used. What a random resource has made is known once it exists.
    const made = from.flatMap(madeValues);
    const given = value();
    if (made.length > 0 && !made.some((each) => each === given))
      report(`${name} is not what ${from.map((each) => each.name).join(", ")} made; allowed: exactly that`, resource);
  }
}

/** By the document, or by the catalogue: either is enough. */
function isGenerated(name: string): boolean {
  return name === databasePassword || generatedSecrets.includes(name) || (generatedVariableNames as readonly string[]).includes(name);
}

/** Its own dependencies, without following them further: the web project, on which every variable depends, makes no secret. */
function comesFrom(allowed: readonly string[], { dependencies }: StackResource): StackResource[] {
  return dependencies.filter(({ type }) => allowed.includes(type));
}
