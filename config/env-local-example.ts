/** Renders `.env.local.example` from the catalogue: the names a developer needs, with placeholders and no secret (section 2.3). */
import { categories, environmentVariable, environmentVariableNames, groups, type EnvironmentVariable } from "./environment-variables";

const header = `# .env.local.example
#
# Generated from config/environment-variables.ts by config/write-env-local-example.ts: change it there.
# \`npx chisan up dev\` writes a complete .env.local with values of its own; copy this file only to fill one in by hand.
`;

/** The whole file. */
export function renderEnvLocalExample(): string {
  const sections = groups.map((group) => {
    const names = environmentVariableNames.filter((name) => environmentVariable(name).group === group);
    return `# ${group}\n${names.map((name) => `${comment(environmentVariable(name))}\n${name}=${environmentVariable(name).example}\n`).join("")}`;
  });
  return [header, ...sections].join("\n");
}

function comment(variable: EnvironmentVariable): string {
  const secrecy = variable.visibility === "secret" ? `secret, rotated ${categories[variable.category].rotation}` : "public";
  return `# ${variable.description} (${variable.consumers.join(", ")}; ${secrecy})`;
}
