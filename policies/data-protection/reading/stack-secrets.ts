/** Where a stack puts secrets, by the name of what each is. Values are compared and never shown. */
import { createHmac, randomBytes } from "node:crypto";
import { independently, type StackResource } from "../../framework/policy";
import { isSecretName } from "../../least-privilege/reading/secret-names";
import { text } from "../../least-privilege/reading/properties";
import { eachVariable, nameOf, variableTypes } from "../../least-privilege/reading/vercel-variables";
import { eachSecretBinding, worker } from "./bindings";

export interface StackSecret {
  /** As the variable is called, whatever holds it: `JWT_SECRET`. */
  readonly name: string;
  readonly resource: StackResource;
  readonly value: string;
}

export const versionType = "gcp:secretmanager/secretVersion:SecretVersion";
const secretType = "gcp:secretmanager/secret:Secret";

/** Calls back for each secret whose value is known; the others are thrown as undecided, after these. */
export function eachSecret(resources: readonly StackResource[], found: (secret: StackSecret) => void): void {
  independently(
    ...resources.map((resource) => () => {
      if (resource.type === versionType) {
        const value = text(resource.props["secretData"]);
        if (value !== undefined) found({ name: secretVariable(resource), resource, value });
      } else if (variableTypes.includes(resource.type)) {
        eachVariable(resource, (variable) => {
          const name = nameOf(variable);
          const value = text(variable["value"]);
          if (value !== undefined && (variable["sensitive"] === true || isSecretName(name))) found({ name, resource, value });
        });
      } else if (resource.type === "supabase:index/project:Project") {
        const value = text(resource.props["databasePassword"]);
        if (value !== undefined) found({ name: "DATABASE_PASSWORD", resource, value });
      }
    }),
  );
}

/** `chisan-prod-jwt-secret` of the version's secret → `JWT_SECRET`; the version's logical name where the secret is not in the stack. */
export function secretVariable(version: StackResource): string {
  const secret = version.dependencies.find(({ type }) => type === secretType);
  const id = secret === undefined ? version.name : String(secret.props["secretId"]);
  return id
    .replace(/^chisan-(?:dev|staging|prod|dr)-/, "")
    .toUpperCase()
    .replaceAll("-", "_");
}

/** What makes text at random, with the outputs that it makes. */
const randomOutputs: Readonly<Record<string, readonly string[]>> = {
  "random:index/randomPassword:RandomPassword": ["result"],
  "random:index/randomBytes:RandomBytes": ["base64", "hex"],
};

/** The texts that a random resource has made; none for another resource, and none where nothing has been made. Throws for one that is not known yet. */
export function madeValues({ type, props }: Pick<StackResource, "type" | "props">): string[] {
  return (randomOutputs[type] ?? []).flatMap((output) => text(props[output]) ?? []);
}

/** Calls back for what the stack makes at random, and for what its Workers are given as secret; `eachSecret` has what is kept of it elsewhere. */
export function eachMadeValue(resources: readonly StackResource[], found: (secret: StackSecret) => void): void {
  independently(
    ...resources.map((resource) => () => {
      for (const value of madeValues(resource)) found({ name: resource.name, resource, value });
      if (resource.type !== worker) return;
      eachSecretBinding(resource, ({ name, value }) => {
        const given = text(value());
        if (given !== undefined) found({ name, resource, value: given });
      });
    }),
  );
}

/** Turns values into what can be compared and not read back; another key in each run, so that nothing is left that could be compared with later. */
export function comparer(): (value: string) => string {
  const key = randomBytes(32);
  return (value) => createHmac("sha256", key).update(value, "utf8").digest("base64");
}
