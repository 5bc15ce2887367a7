import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { readGithubEnvironment, supabaseQuestions } from "./vendors";

const canary = "canary-0123456789abcdef";
const servers: Server[] = [];
afterEach(() => Promise.all(servers.splice(0).map((server) => new Promise((resolve) => server.close(resolve)))));

async function serving(answer: (request: IncomingMessage, response: ServerResponse) => void): Promise<string> {
  const server = createServer(answer);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const json = (routes: Record<string, unknown>) => (request: IncomingMessage, response: ServerResponse) => {
  const body = routes[request.url ?? ""];
  const authorized = request.headers.authorization === `Bearer ${canary}`;
  response.writeHead(!authorized ? 401 : body === undefined ? 404 : 200, { "content-type": "application/json" }).end(JSON.stringify(body ?? { message: `echo ${request.headers.authorization}` }));
};

const supabase = async (routes: Record<string, unknown>, token = canary) =>
  supabaseQuestions({ CHISAN_TARGET: "sandbox", SUPABASE_API_URL: await serving(json(routes)), SUPABASE_ACCESS_TOKEN: token });

test("Supabase: the plan and the add-ons", async () => {
  const { supabasePlan, supabaseAddons } = await supabase({
    "/v1/organizations/chisan": { id: "chisan", plan: "team" },
    "/v1/projects/ref/billing/addons": { selected_addons: [{ type: "pitr", variant: { id: "pitr_7", name: "7 days" } }], available_addons: [] },
  });
  expect(await supabasePlan("chisan")).toEqual({ value: "team" });
  expect(await supabaseAddons("ref")).toEqual({ value: { pitr: "pitr_7" } });
});

test("Supabase: a refusal, another shape, no token and no server are no answer, and no token is shown", async () => {
  const { supabasePlan, supabaseAddons } = await supabase({ "/v1/organizations/free": { plan: 5 }, "/v1/organizations/old": {} });
  const reads = [
    await supabasePlan("another"),
    await supabasePlan("free"),
    await supabasePlan("old"),
    await supabaseAddons("ref"),
    await (await supabase({}, `${canary}-wrong`)).supabasePlan("chisan"),
    await supabaseQuestions({}).supabasePlan("chisan"),
    await supabaseQuestions({ SUPABASE_ACCESS_TOKEN: `${canary}\n` }).supabasePlan("chisan"),
    await supabaseQuestions({ SUPABASE_ACCESS_TOKEN: canary, SUPABASE_API_URL: "http://127.0.0.1:1", CHISAN_TARGET: "sandbox" }).supabasePlan("chisan"),
  ];
  expect(reads.map((read) => ("unreadable" in read ? read.unreadable.slice(0, 60) : "read"))).toEqual([
    "Supabase answered 404",
    "Supabase's answer is not as it describes it",
    "Supabase does not tell the plan",
    "Supabase answered 404",
    "Supabase answered 401",
    "SUPABASE_ACCESS_TOKEN is not set in this shell",
    expect.stringMatching(/^CHI-C630/),
    expect.stringMatching(/^Supabase gave no answer \(/),
  ]);
  expect(JSON.stringify(reads)).not.toContain(canary);
});

test("GitHub: an environment with its rules", async () => {
  const api = await serving(json({
    "/repos/chisan/platform": {},
    "/repos/chisan/platform/environments/prod": {
      protection_rules: [{ type: "required_reviewers" }, { type: "branch_policy" }],
      deployment_branch_policy: { protected_branches: false, custom_branch_policies: true },
    },
    "/repos/chisan/platform/environments/staging": { protection_rules: [], deployment_branch_policy: null },
  }));
  const read = (name: string, repository = "chisan/platform") => readGithubEnvironment(repository, name, { GH_TOKEN: canary }, api);
  expect(await read("prod")).toEqual({ value: { exists: true, rules: ["required_reviewers", "branch_policy"], restrictsBranches: true } });
  expect(await read("staging")).toEqual({ value: { exists: true, rules: [], restrictsBranches: false } });
  expect(await read("chisan-dr")).toEqual({ value: { exists: false, rules: [], restrictsBranches: false } });
  // Not "there is none" when the token may not see the repository.
  expect(await read("prod", "chisan/another")).toEqual({ unreadable: "GitHub does not show chisan/another to this token" });
});

test("GitHub: without a token nobody is asked; a redirect is not followed; no token is shown", async () => {
  expect(await readGithubEnvironment("chisan/platform", "prod", {}, "http://127.0.0.1:1")).toEqual({ unreadable: "neither GH_TOKEN nor GITHUB_TOKEN is set in this shell" });
  const seen: unknown[] = [];
  const elsewhere = await serving((request, response) => (seen.push(request.headers.authorization), response.end("{}")));
  const api = await serving((_request, response) => void response.writeHead(302, { location: elsewhere }).end());
  const read = await readGithubEnvironment("chisan/platform", "prod", { GITHUB_TOKEN: canary }, api);
  expect(read).toEqual({ unreadable: expect.stringMatching(/^GitHub gave no answer/) });
  expect(seen).toEqual([]);
  expect(JSON.stringify([read, await readGithubEnvironment("a/b", "prod", { GH_TOKEN: `${canary} ` }, api)])).not.toContain(canary);
});
