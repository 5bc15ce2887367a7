/** Vercel: which project has the domain, which of its paths are the API's, and what answers in the place of CHISAN's web app. */
import { z } from "zod";
import { environmentSlug, physicalName, stackNames } from "../../../config/naming";
import type { World, WorldRecord } from "../../world/world";
import { projectType as supabaseProjectType } from "../management-api/operations";
import { BrokenHop, type Trail } from "./broken-hop";
import type { Answer } from "./stand-in-api";

const types = {
  domain: "vercel:index/projectDomain:ProjectDomain",
  project: "vercel:index/project:Project",
  route: "vercel:index/projectRoute:ProjectRoute",
  variable: "vercel:index/projectEnvironmentVariable:ProjectEnvironmentVariable",
} as const;

const routes = z.object({
  projectId: z.string(),
  enabled: z.boolean().optional(),
  srcSyntax: z.string().optional(),
  route: z.object({ src: z.string(), dest: z.string().optional() }),
});
const variables = z.object({
  projectId: z.string(),
  key: z.string(),
  value: z.string().optional(),
  targets: z.array(z.string()).default([]),
});

/** Asks another host, as the app's server or Vercel's rewrite does. */
export type Ask = (url: URL) => Promise<Answer>;

/**
 * Answers as the project that has the domain. `/health` is the app's own: it asks its API as its server does, so that one address tells
 * whether all of it works. Paths that a route rewrites are the API's.
 *
 * @throws BrokenHop CHI-S273, CHI-S274
 */
export async function answerAsWebApp(world: World, host: string, url: URL, ask: Ask, trail: Trail): Promise<Answer> {
  const project = projectOf(world, host);
  trail.pass("Vercel project", `${String(project.outputs.name)} (${project.id})`);
  const rewritten = rewrite(world, project, url, trail);
  if (rewritten !== undefined) return ask(rewritten);
  const name = String(project.outputs.name);
  const self = {
    stack: stackNames.find((stack) => physicalName(environmentSlug(stack), "web") === name) ?? name,
    service: name,
    region: String(project.outputs.serverlessFunctionRegion ?? ""),
    revision: null,
  };
  switch (url.pathname.replace(/\/$/, "")) {
    case "/health/live":
      return { status: 200, body: { ...self, alive: true } };
    case "":
    case "/health":
      return health(world, project, self, ask);
    default:
      return {
        status: 404,
        body: { ...self, error: `the stand-in for CHISAN's web app has no ${url.pathname}: ask for /health, /health/live or /api/smoke` },
      };
  }
}

function projectOf(world: World, host: string): WorldRecord {
  const domain = world.list(types.domain).find(({ outputs }) => outputs.domain === host);
  if (domain === undefined)
    throw new BrokenHop(
      "CHI-S273",
      "Vercel domain",
      404,
      `${host} leads to Vercel, and no project there has the domain: run npx chisan up for the stack that shall have it, or npx chisan dr cutover`,
    );
  const project = world.get(types.project, String(domain.outputs.projectId));
  if (project !== undefined) return project;
  throw new BrokenHop(
    "CHI-S273",
    "Vercel project",
    404,
    `${host} is the domain of the project ${String(domain.outputs.projectId)}, which does not exist: run npx chisan up for its stack`,
  );
}

function rewrite(world: World, project: WorldRecord, url: URL, trail: Trail): URL | undefined {
  for (const { id, inputs } of world.list(types.route)) {
    // From what was declared: the vendor's answer has defaults in it besides.
    const { projectId, enabled, srcSyntax, route } = routes.parse(inputs);
    if (projectId !== project.id || enabled === false || route.dest === undefined) continue;
    if (srcSyntax !== "regex")
      throw new BrokenHop(
        "CHI-S274",
        "Vercel route",
        501,
        `${id} has the syntax ${srcSyntax ?? "path-to-regexp"}, which the sandbox's edge does not follow: extend sandbox/services/edge/web-app.ts`,
      );
    const pattern = new RegExp(route.src);
    if (!pattern.test(url.pathname)) continue;
    const dest = url.pathname.replace(pattern, route.dest);
    trail.pass("Vercel route", `${url.pathname} to ${dest}`);
    if (!URL.canParse(dest))
      throw new BrokenHop(
        "CHI-S274",
        "Vercel route",
        502,
        `${id} leads ${url.pathname} to "${dest}", which is no address: correct components/web-app-inputs.ts`,
      );
    return new URL(`${dest}${url.search}`);
  }
  return undefined;
}

async function health(world: World, project: WorldRecord, self: object, ask: Ask): Promise<Answer> {
  const value = (key: string) =>
    world
      .list(types.variable)
      .map(({ outputs }) => variables.parse(outputs))
      .find((each) => each.projectId === project.id && each.key === key && each.targets.includes("production"))?.value;
  const [supabase, api] = [value("NEXT_PUBLIC_SUPABASE_URL"), value("API_URL")];
  const refuse = (broken: BrokenHop): Answer => ({
    status: 503,
    body: { ...self, api, supabase, database: broken.message, counts: {} },
    broken,
  });
  const ref = supabase === undefined || !URL.canParse(supabase) ? "" : (new URL(supabase).hostname.split(".")[0] ?? "");
  if (world.get(supabaseProjectType, ref) === undefined)
    return refuse(
      new BrokenHop(
        "CHI-S275",
        "Supabase project",
        503,
        `the web app's NEXT_PUBLIC_SUPABASE_URL is ${supabase ?? "not set"}, and no project has it: run npx chisan up for its stack`,
      ),
    );
  if (api === undefined || !URL.canParse(api))
    return refuse(new BrokenHop("CHI-S275", "API", 503, `the web app's API_URL is ${api ?? "not set"}: run npx chisan up for its stack`));
  const answer = await ask(new URL("/health", api)).catch((error: unknown) => {
    if (error instanceof BrokenHop) return error;
    throw error;
  });
  if (answer instanceof BrokenHop) return refuse(answer);
  const { status, body, broken } = answer;
  return {
    status: status === 200 ? 200 : 503,
    body: { ...self, api, supabase, database: body["database"], counts: body["counts"], answeredBy: body },
    ...(broken === undefined ? {} : { broken }),
  };
}
