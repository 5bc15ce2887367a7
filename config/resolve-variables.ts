/** Gives each consumer exactly its variables of the catalogue, and names what is missing. */
import {
  environmentVariable,
  environmentVariableNames,
  variablesOf,
  type Consumer,
  type ConsumerVariable,
  type EnvironmentVariable,
  type EnvironmentVariableName,
} from "./environment-variables";
import { nearest } from "./spelling";

/**
 * Exactly the variables of one consumer.
 *
 * @param available a value per name; `T` is a string, or `pulumi.Input<string>` inside a stack
 * @throws CHI-V001 when names are missing (undefined, or the empty string), CHI-V002 when there is a name too many; all names in one error
 */
export function resolveVariables<C extends Consumer, T>(
  consumer: C,
  available: Partial<Record<EnvironmentVariableName, T>>,
): Record<ConsumerVariable<C>, T> {
  const wanted: readonly EnvironmentVariableName[] = variablesOf(consumer);
  const problems = [
    ...missing(wanted, available).map((name) => missingLine(`${consumer} gets`, name)),
    ...Object.keys(available)
      .filter((name) => !(wanted as readonly string[]).includes(name))
      .map((name) => surplusLine(consumer, name)),
  ];
  if (problems.length > 0) throw new Error(problems.join("\n"));
  const entries: [string, T | undefined][] = wanted.map((name) => [name, available[name]]);
  return Object.fromEntries(entries) as Record<ConsumerVariable<C>, T>;
}

/** What each consumer gets in one environment. */
export interface ResolvedVariables<T> {
  web: Record<ConsumerVariable<"web">, T>;
  api: Record<ConsumerVariable<"api">, T>;
}

/**
 * Splits the values of one environment between its consumers.
 *
 * @param available a value for every name of the catalogue
 * @throws the errors of `resolveVariables`, over the whole catalogue
 */
export function resolveEnvironment<T>(available: Partial<Record<EnvironmentVariableName, T>>): ResolvedVariables<T> {
  const problems = [
    ...missing(environmentVariableNames, available).map((name) =>
      missingLine(`${environmentVariable(name).consumers.join(" and ")} gets`, name),
    ),
    ...Object.keys(available)
      .filter((name) => !(environmentVariableNames as string[]).includes(name))
      .map((name) => surplusLine(undefined, name)),
  ];
  if (problems.length > 0) throw new Error(problems.join("\n"));
  return { web: resolveVariables("web", only("web", available)), api: resolveVariables("api", only("api", available)) };
}

function only<T>(consumer: Consumer, available: Partial<Record<EnvironmentVariableName, T>>): Partial<Record<EnvironmentVariableName, T>> {
  const names: readonly EnvironmentVariableName[] = variablesOf(consumer);
  return Object.fromEntries(names.map((name) => [name, available[name]]));
}

function missing<T>(
  names: readonly EnvironmentVariableName[],
  available: Partial<Record<EnvironmentVariableName, T>>,
): EnvironmentVariableName[] {
  return names.filter((name) => !Object.hasOwn(available, name) || available[name] === undefined || available[name] === "");
}

function missingLine(who: string, name: EnvironmentVariableName): string {
  return `CHI-V001 ${who} no value for ${name}: ${howToSupply(environmentVariable(name))}`;
}

function surplusLine(consumer: Consumer | undefined, name: string): string {
  if (consumer !== undefined && (environmentVariableNames as string[]).includes(name)) {
    return `CHI-V002 ${name} is not for ${consumer}: remove it, or add "${consumer}" to its consumers in config/environment-variables.ts`;
  }
  const meant = nearest(name, environmentVariableNames);
  const hint = meant === undefined ? "" : ` (did you mean ${meant}?)`;
  return `CHI-V002 ${name} is not in the catalogue${hint}: remove it, or define it in config/environment-variables.ts`;
}

/** One phrase that says where a variable's value comes from and who must do what to supply it. */
export function howToSupply({ source, visibility }: EnvironmentVariable): string {
  switch (source.kind) {
    case "generated":
      return `it is generated (${source.length} random ${source.form}); pass SecretStore's value of it`;
    case "resource":
      return `it is the output "${source.output}" of ${source.resource}; pass that output`;
    case "configuration":
      return `it is configuration; run: pulumi config set chisan:${source.key}${visibility === "secret" ? " --secret" : ""}`;
  }
}
