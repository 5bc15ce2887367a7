import { z } from "zod";
import { connectionFrom } from "../../components/supabase/management-api-connection";
import { ask } from "./ask";
import type { Facts, GithubEnvironment, Read } from "./facts";

type Environment = Readonly<Record<string, string | undefined>>;

const organization = z.object({ plan: z.string().optional() });
const addons = z.object({ selected_addons: z.array(z.object({ type: z.string(), variant: z.object({ id: z.string() }) })) });
const githubEnvironment = z.object({
  protection_rules: z.array(z.object({ type: z.string() })).optional(),
  deployment_branch_policy: z.object({ protected_branches: z.boolean(), custom_branch_policies: z.boolean() }).nullish(),
});

/** Questions to Supabase's Management API: the vendor's, or in a rehearsal its stand-in's. */
export function supabaseQuestions(environment: Environment): Pick<Facts, "supabasePlan" | "supabaseAddons"> {
  async function get<T>(path: string, shape: z.ZodType<T>): Promise<Read<T>> {
    if (!environment["SUPABASE_ACCESS_TOKEN"]) return { unreadable: "SUPABASE_ACCESS_TOKEN is not set in this shell" };
    let connection;
    try {
      connection = connectionFrom(environment);
    } catch (error) {
      // CHI-C630 and CHI-C631 name no value of a credential.
      return { unreadable: (error as Error).message };
    }
    return ask("Supabase", `${connection.url}${path}`, { authorization: `Bearer ${connection.token}` }, shape);
  }
  return {
    async supabasePlan(slug) {
      const read = await get(`/v1/organizations/${encodeURIComponent(slug)}`, organization);
      if (!("value" in read)) return read;
      return read.value.plan === undefined ? { unreadable: "Supabase does not tell the plan" } : { value: read.value.plan };
    },
    async supabaseAddons(ref) {
      const read = await get(`/v1/projects/${encodeURIComponent(ref)}/billing/addons`, addons);
      return "value" in read ? { value: Object.fromEntries(read.value.selected_addons.map(({ type, variant }) => [type, variant.id])) } : read;
    },
  };
}

/** GitHub's answer on a deployment environment (REST API 2022-11-28, "Get an environment"). */
export async function readGithubEnvironment(
  repository: string,
  name: string,
  environment: Environment,
  api = "https://api.github.com",
): Promise<Read<GithubEnvironment>> {
  const token = environment["GH_TOKEN"] || environment["GITHUB_TOKEN"];
  if (!token) return { unreadable: "neither GH_TOKEN nor GITHUB_TOKEN is set in this shell" };
  if (!/^[\x21-\x7e]+$/.test(token)) return { unreadable: "GH_TOKEN holds white space or a character that is not ASCII" };
  const headers = { authorization: `Bearer ${token}`, accept: "application/vnd.github+json", "x-github-api-version": "2022-11-28" };
  const path = repository.split("/").map(encodeURIComponent).join("/");
  const read = await ask("GitHub", `${api}/repos/${path}/environments/${encodeURIComponent(name)}`, headers, githubEnvironment);
  if ("value" in read) {
    const { protection_rules: rules = [], deployment_branch_policy: policy } = read.value;
    return { value: { exists: true, rules: rules.map(({ type }) => type), restrictsBranches: policy !== null && policy !== undefined } };
  }
  if (read.status !== 404) return read;
  // 404 is also GitHub's answer to a token that may not see the repository.
  const visible = await ask("GitHub", `${api}/repos/${path}`, headers, z.object({}));
  if ("value" in visible) return { value: { exists: false, rules: [], restrictsBranches: false } };
  return { unreadable: `GitHub does not show ${repository} to this token` };
}
