/** The applications point to the new project: proved from what they were declared with, and that nothing of prod's is left. */
import type { Phase } from "../phases/phase";
import { type ApplicationVariables, applicationVariables } from "./declared-variables";
import { type DeployedResource, textsIn } from "./deployed-resources";
import type { DrStack } from "./dr-stack";
import { prodsOwn, type ProdSide } from "./prod-side";

export interface SwitchInput {
  readonly stack: Pick<DrStack, "resources" | "outputs">;
  readonly prod: ProdSide;
  /** The physical name of chisan-dr's API (`chisan-dr-api`). */
  readonly apiName: string;
}

export interface SwitchProof {
  readonly applications: readonly { readonly application: string; readonly variables: number }[];
  /** Each names an application and a variable, and no value. Empty: all of them are chisan-dr's. */
  readonly problems: readonly string[];
  /** Values that were looked at. */
  readonly values: number;
}

/** What the new environment itself says that its applications must have. */
interface Own {
  readonly databaseUrl: string;
  readonly supabaseProject: string;
  readonly filesBucket: string;
}

export function switchPhase({ stack, prod, apiName }: SwitchInput): Phase {
  return {
    name: "switch",
    title: "Switch the configuration",
    estimateSeconds: 5,
    // Anybody may have changed it since.
    always: true,
    async run({ say }) {
      say("reading what the applications are given");
      const [resources, outputs] = await Promise.all([stack.resources(), stack.outputs()]);
      const own = { databaseUrl: String(outputs["databaseUrl"]), supabaseProject: String(outputs["supabaseProject"]), filesBucket: String(outputs["filesBucket"]) };
      const { applications, problems, values } = proveSwitch(resources, own, prod, apiName);
      if (problems.length > 0) throw new Error(`CHI-H070 chisan-dr's applications are not its own (${problems.slice(0, 5).join("; ")}): npx chisan up chisan-dr, then type the same command again`);
      return {
        summary: `${applications.map(({ application, variables }) => `${application}: ${variables} variables`).join(", ")}; nothing of prod's in ${values} values`,
        facts: { applications: applications.map((each) => ({ ...each })), values },
      };
    },
  };
}

/** Pure. */
export function proveSwitch(resources: readonly DeployedResource[], own: Own, prod: ProdSide, apiName: string): SwitchProof {
  const applications = applicationVariables(resources, apiName);
  const apis = applications.filter(({ application }) => application.startsWith("API"));
  const web = applications.filter(({ application }) => application === "web app");
  const problems: string[] = [];
  if (apis.length === 0) problems.push(`there is no API ${apiName}`);
  if (web.length === 0) problems.push("the web app has no variables");
  const url = `https://${own.supabaseProject}.supabase.co`;
  for (const api of apis) problems.push(...expectations(api, { DATABASE_URL: own.databaseUrl, NEXT_PUBLIC_SUPABASE_URL: url, R2_BUCKET_NAME: own.filesBucket }));
  for (const each of web) problems.push(...expectations(each, { NEXT_PUBLIC_SUPABASE_URL: url }));
  for (const { application, variables } of applications) {
    for (const [name, value] of variables) if (value === undefined) problems.push(`${application}: ${name} has no value in the state`);
  }
  const seen = strangers(resources, applications, prod);
  return { applications: applications.map(({ application, variables }) => ({ application, variables: variables.size })), problems: [...problems, ...seen.problems], values: seen.values };
}

function expectations({ application, variables }: ApplicationVariables, expected: Readonly<Record<string, string>>): string[] {
  return Object.entries(expected).flatMap(([name, value]) => (variables.get(name) === value ? [] : [`${application}: ${name} is ${variables.has(name) ? "another than" : "missing, not"} chisan-dr's`]));
}

/** In every value that an application gets, and in every input of what was deployed at all. */
function strangers(resources: readonly DeployedResource[], applications: readonly ApplicationVariables[], prod: ProdSide): { problems: string[]; values: number } {
  const own = prodsOwn(prod);
  const problems = new Set<string>();
  let values = 0;
  const look = (where: string, text: string) => {
    values += 1;
    for (const { name, isIn } of own) if (isIn(text)) problems.add(`${where} has ${name}`);
  };
  for (const { application, variables } of applications) for (const [name, value] of variables) if (value !== undefined) look(`${application}: ${name}`, value);
  for (const { name, inputs } of resources) for (const text of textsIn(inputs)) look(name, text);
  return { problems: [...problems], values };
}
