import { createServer, type Server } from "node:http";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { memoryWorld } from "../../../sandbox/world/open-world";
import type { World } from "../../../sandbox/world/world";
import type { ApiServer } from "../../../sandbox/services/http/server";
import { putVercelProject } from "../../../sandbox/services/vercel-api/test-support/project";
import { startVercelApi } from "../../../sandbox/services/vercel-api/vercel-api";
import type { StateResource } from "../region/traffic-state";
import { belongingNames, urnOf, type Belonging, type Side } from "./belongings";
import { isCutOver, setCutOver } from "./cut-over-setting";
import type { StackEngine, Step, ToImport } from "./engine";
import { carryOutHandOver, configureCutOver, handOverInWords, proposeHandOver, release, requireHanded, type SideOf } from "./hand-over";
import type { HostRecord } from "./host-records";

const team = "team_abcdefghijklmnopqrstuvwx";
const zone = "d002001f1bc719848877832ad8587bbc";
const domainType = "vercel:index/projectDomain:ProjectDomain";
const [app, api] = ["app.chisan.app", "api.chisan.app"];
const address = { prod: "198.51.100.7", "chisan-dr": "203.0.113.9" } as const;
const project = { prod: "prj_prod", "chisan-dr": "prj_dr" } as const;

const folder = mkdtempSync(join(tmpdir(), "chisan-hand-over-"));
let cloudflare: Server;
let records: HostRecord[];
let world: World;
let vercel: ApiServer;

beforeAll(async () => {
  cloudflare = createServer((request, response) => {
    const name = new URL(request.url ?? "", "http://x").searchParams.get("name.exact");
    response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify({ success: true, errors: [], result: records.filter((record) => record.name === name) }));
  });
  await new Promise<void>((resolve) => cloudflare.listen(0, "127.0.0.1", resolve));
});
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await new Promise((resolve) => cloudflare.close(resolve));
});
beforeEach(async () => {
  records = [
    { id: "record-app", name: app, type: "CNAME", content: "cname.vercel-dns.com" },
    { id: "record-api", name: api, type: "A", content: address.prod },
    { id: "record-text", name: api, type: "TXT", content: "of no account" },
  ];
  world = memoryWorld();
  await putVercelProject(world, project.prod, team, "chisan-prod-web");
  await putVercelProject(world, project["chisan-dr"], team, "chisan-dr-web");
  await putDomain(project.prod);
  vercel = await startVercelApi({ world, token: "token" });
});
afterEach(() => vercel.stop());

async function putDomain(projectId: string): Promise<void> {
  const inputs = { projectId, teamId: team, domain: app };
  await world.put({ type: domainType, id: app, urns: [], inputs, outputs: { ...inputs, id: app, verified: true }, secretPaths: [] });
}

interface Fake extends SideOf {
  readonly calls: string[];
  readonly imported: ToImport[];
  /** Its state's entries of the three, by the vendor's id. */
  readonly has: Map<Belonging, string>;
  extra: Step[];
}

/** A stack whose engine does at the vendors what the real one does, as far as a hand-over can see it. */
function side(stack: Side, has: Partial<Record<Belonging, string>> = {}): Fake {
  const file = join(folder, `Pulumi.${stack}.yaml`);
  writeFileSync(file, "config:\n  chisan:zone: chisan.app\n");
  const calls: string[] = [];
  const imported: ToImport[] = [];
  const own = new Map(Object.entries(has) as [Belonging, string][]);
  const names = (urns: readonly string[]) => urns.map((urn) => urn.slice(urn.lastIndexOf("::") + 2)).join(",");
  const wanted: Record<Belonging, Record<string, unknown>> = {
    "dns-app": { zoneId: zone, name: app, type: "CNAME", content: "cname.vercel-dns.com" },
    "dns-api": { zoneId: zone, name: api, type: "A", content: address[stack] },
    "web-domain": { teamId: team, domain: app, projectId: project[stack] },
  };
  const base: StateResource[] = [
    { urn: `urn:pulumi:${stack}::chisan::pulumi:providers:cloudflare::default_6_22_1`, type: "pulumi:providers:cloudflare" },
    { urn: `urn:pulumi:${stack}::chisan::pulumi:providers:vercel::default_5_10_0`, type: "pulumi:providers:vercel" },
    { urn: `urn:pulumi:${stack}::chisan::x$vercel:index/project:Project::web-project`, type: "vercel:index/project:Project", id: project[stack] },
    { urn: `urn:pulumi:${stack}::chisan::x$gcp:compute/globalAddress:GlobalAddress::edge-address`, type: "gcp:compute/globalAddress:GlobalAddress", id: "address" },
  ];
  const fake: Fake = {
    stack,
    file,
    target: { kind: "cloud", environment: { CHISAN_TARGET: "sandbox", CLOUDFLARE_API_URL: `http://127.0.0.1:${(cloudflare.address() as AddressInfo).port}`, CLOUDFLARE_API_TOKEN: "token", VERCEL_API_URL: vercel.url, VERCEL_API_TOKEN: "token" }, configurationArguments: [], explainFailure: () => undefined },
    calls,
    imported,
    has: own,
    extra: [],
    engine: {
      with: (draft) => (calls.push(`with cutOver ${isCutOver(draft)}`), fake.engine),
      state: () => Promise.resolve({ deployment: { resources: [...base, ...[...own].map(([name, id]) => ({ urn: urnOf(stack, name), type: "x", id }))] } }),
      plainState: () => Promise.reject(new Error("no secret is needed")),
      preview: () => Promise.resolve([...belongingNames.map((name) => ({ op: own.has(name) ? "same" : "create", urn: urnOf(stack, name), newState: { inputs: wanted[name] } })), ...fake.extra]),
      import: (resources) => {
        calls.push(`import ${resources.map(({ name }) => name).join(",")}`);
        for (const each of resources) {
          imported.push(each);
          own.set(each.name as Belonging, each.id.split("/").at(-1) ?? "");
        }
        return Promise.resolve();
      },
      refresh: (urns) => Promise.resolve(void calls.push(`refresh ${names(urns)}`)),
      update: async (urns) => {
        calls.push(`update ${names(urns)}`);
        records = records.map((record) => (record.type === "A" ? { ...record, content: address[stack] } : record));
        if (!records.some(({ name, type }) => name === api && type === "A")) records.push({ id: "made", name: api, type: "A", content: address[stack] });
        if (!own.has("web-domain")) await putDomain(project[stack]);
        for (const name of belongingNames) if (!own.has(name)) own.set(name, name === "dns-api" ? "made" : app);
      },
      operate: () => Promise.reject(new Error("nothing else is done to the stack")),
      forget: (urns) => {
        calls.push(`forget ${names(urns)}`);
        for (const name of belongingNames) if (urns.includes(urnOf(stack, name))) own.delete(name);
        return Promise.resolve();
      },
    } satisfies StackEngine,
  };
  return fake;
}

const inProd = { "dns-app": "record-app", "dns-api": "record-api", "web-domain": app };
const todo = (handed: readonly { name: Belonging; todo: string }[]) => Object.fromEntries(handed.map((each) => [each.name, each.todo]));

test("forth: the domain moves, what exists is taken over and pointed anew; then there is nothing to do", async () => {
  const [prod, dr] = [side("prod", inProd), side("chisan-dr")];
  const proposal = await proposeHandOver(dr, prod);
  expect(handOverInWords(proposal)).toEqual([
    "app.chisan.app: CNAME cname.vercel-dns.com (stays, and becomes this stack's)",
    "api.chisan.app: A 198.51.100.7 -> A 203.0.113.9",
    "app.chisan.app at Vercel: project prj_prod -> project prj_dr",
  ]);
  expect([proposal.done, dr.imported, records[1]?.content, world.get(domainType, app)?.outputs.projectId]).toEqual([false, [], address.prod, project.prod]);
  dr.calls.length = 0;
  await carryOutHandOver(dr, proposal, () => undefined);
  expect(dr.calls).toEqual(["with cutOver true", "forget ", "import dns-app,dns-api,web-domain", "update dns-app,dns-api,web-domain"]);
  expect(dr.imported.map(({ id, parent, provider }) => [id, parent.split("::").at(-1), provider.split("::").at(-1)])).toEqual([
    [`${zone}/record-app`, "dns", "default_6_22_1"],
    [`${zone}/record-api`, "dns", "default_6_22_1"],
    [`${team}/prj_dr/${app}`, "web", "default_5_10_0"],
  ]);
  await requireHanded(dr, proposal);
  expect(await release(prod)).toBe(3);
  expect([...prod.has.keys()]).toEqual([]);
  expect((await proposeHandOver(dr, prod)).done).toBe(false);
  configureCutOver(prod.file, dr.file, true);
  expect((await proposeHandOver(dr, prod)).done).toBe(true);
});

test("back into a state that still has them: what it remembers is read anew first", async () => {
  records = records.map((record) => (record.type === "A" ? { ...record, content: address["chisan-dr"] } : record));
  await putDomain(project["chisan-dr"]);
  const [prod, dr] = [side("prod", inProd), side("chisan-dr", inProd)];
  for (const { file } of [prod, dr]) setCutOver(file, true);
  const proposal = await proposeHandOver(prod, dr);
  expect(prod.calls).toEqual(["with cutOver false"]);
  expect(todo(proposal.handed)).toEqual({ "dns-app": "nothing", "dns-api": "point anew", "web-domain": "take over" });
  await carryOutHandOver(prod, proposal, () => undefined);
  expect(prod.calls.slice(2)).toEqual(["forget web-domain", "import web-domain", "refresh dns-api", "update dns-app,dns-api,web-domain"]);
  await requireHanded(prod, proposal);
});

test("a record that somebody made anew is taken over in the old one's place; one that is gone is made", async () => {
  records = [{ id: "another", name: app, type: "CNAME", content: "cname.vercel-dns.com" }];
  await world.delete(domainType, app);
  const [prod, dr] = [side("prod"), side("chisan-dr", { "dns-app": "record-app" })];
  const proposal = await proposeHandOver(dr, prod);
  expect(todo(proposal.handed)).toEqual({ "dns-app": "take over", "dns-api": "make", "web-domain": "make" });
  await carryOutHandOver(dr, proposal, () => undefined);
  expect(dr.calls.slice(2)).toEqual(["forget dns-app", "import dns-app", "update dns-app,dns-api,web-domain"]);
  await requireHanded(dr, proposal);
});

test("anything else in the preview, or another change of the three than their direction, is refused before anything is done", async () => {
  const [prod, dr] = [side("prod", inProd), side("chisan-dr", { "dns-api": "record-api" })];
  const strange: Step[] = [
    { op: "update", urn: "urn:pulumi:chisan-dr::chisan::x$gcp:cloudrunv2/service:Service::api", diffReasons: ["template"] },
    { op: "delete", urn: urnOf("chisan-dr", "dns-api") },
    { op: "replace", urn: urnOf("chisan-dr", "dns-api"), diffReasons: ["zoneId"] },
    { op: "update", urn: urnOf("chisan-dr", "dns-api"), diffReasons: ["tags"] },
  ];
  for (const step of strange) {
    dr.extra = [step];
    await expect(proposeHandOver(dr, prod)).rejects.toThrow(/^CHI-H098 .*nothing was touched/);
  }
  dr.extra = [{ op: "update", urn: urnOf("chisan-dr", "dns-api"), diffReasons: ["content", "comment"] }];
  await expect(proposeHandOver(dr, prod)).resolves.toBeDefined();
  expect(dr.imported).toEqual([]);
});

test("two records of one host are a person's to sort out; a vendor that has something else afterwards is found out", async () => {
  const [prod, dr] = [side("prod", inProd), side("chisan-dr")];
  const proposal = await proposeHandOver(dr, prod);
  await expect(requireHanded(dr, proposal)).rejects.toThrow("CHI-H102 api.chisan.app leads to A 198.51.100.7 and not to A 203.0.113.9; app.chisan.app leads to another project, or none and not to project prj_dr: type the same command again");
  records.push({ id: "second", name: api, type: "A", content: "192.0.2.1" });
  await expect(proposeHandOver(dr, prod)).rejects.toThrow(/^CHI-H101 api\.chisan\.app has 2 records \(A 198\.51\.100\.7, A 192\.0\.2\.1\)/);
});

test("an environment that is not up takes nothing over", async () => {
  const dr = side("chisan-dr");
  const empty: SideOf = { ...dr, engine: { ...dr.engine, state: () => Promise.resolve({ deployment: { resources: [] } }) } };
  await expect(proposeHandOver(empty, side("prod"))).rejects.toThrow(/^CHI-H095 chisan-dr is not up, .*npx chisan dr stand-up/);
});
