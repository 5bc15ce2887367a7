import { urnOf, type Belonging } from "./belongings";
import { setCutOver } from "./cut-over-setting";
import type { Step } from "./engine";
import { carryOutHandOver, configureCutOver, handOverInWords, proposeHandOver, release, requireHanded, type SideOf } from "./hand-over";
import { address, api, app, domainType, inProd, project, team, Vendors, zone } from "./test-support/vendors";

let vendors: Vendors;
beforeEach(async () => (vendors = await Vendors.start()));
afterEach(() => vendors.stop());

const todo = (handed: readonly { name: Belonging; todo: string }[]) => Object.fromEntries(handed.map((each) => [each.name, each.todo]));

test("forth: the domain moves, what exists is taken over and pointed anew; then there is nothing to do", async () => {
  const [prod, dr] = [vendors.side("prod", inProd), vendors.side("chisan-dr")];
  const proposal = await proposeHandOver(dr, prod);
  expect(handOverInWords(proposal)).toEqual([
    "app.chisan.app: CNAME cname.vercel-dns.com (stays, and becomes this stack's)",
    "api.chisan.app: A 198.51.100.7 -> A 203.0.113.9",
    "app.chisan.app at Vercel: project prj_prod -> project prj_dr",
  ]);
  expect([proposal.done, dr.imported, vendors.records[1]?.content, vendors.world.get(domainType, app)?.outputs.projectId]).toEqual([false, [], address.prod, project.prod]);
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
  vendors.records = vendors.records.map((record) => (record.type === "A" ? { ...record, content: address["chisan-dr"] } : record));
  await vendors.putDomain(project["chisan-dr"]);
  const [prod, dr] = [vendors.side("prod", inProd), vendors.side("chisan-dr", inProd)];
  for (const { file } of [prod, dr]) setCutOver(file, true);
  const proposal = await proposeHandOver(prod, dr);
  expect(prod.calls).toEqual(["with cutOver false"]);
  expect(todo(proposal.handed)).toEqual({ "dns-app": "nothing", "dns-api": "point anew", "web-domain": "take over" });
  await carryOutHandOver(prod, proposal, () => undefined);
  expect(prod.calls.slice(2)).toEqual(["forget web-domain", "import web-domain", "refresh dns-api", "update dns-app,dns-api,web-domain"]);
  await requireHanded(prod, proposal);
});

test("a record that somebody made anew is taken over in the old one's place; one that is gone is made", async () => {
  vendors.records = [{ id: "another", name: app, type: "CNAME", content: "cname.vercel-dns.com" }];
  await vendors.world.delete(domainType, app);
  const [prod, dr] = [vendors.side("prod"), vendors.side("chisan-dr", { "dns-app": "record-app" })];
  const proposal = await proposeHandOver(dr, prod);
  expect(todo(proposal.handed)).toEqual({ "dns-app": "take over", "dns-api": "make", "web-domain": "make" });
  await carryOutHandOver(dr, proposal, () => undefined);
  expect(dr.calls.slice(2)).toEqual(["forget dns-app", "import dns-app", "update dns-app,dns-api,web-domain"]);
  await requireHanded(dr, proposal);
});

test("anything else in the preview, or another change of the three than their direction, is refused before anything is done", async () => {
  const [prod, dr] = [vendors.side("prod", inProd), vendors.side("chisan-dr", { "dns-api": "record-api" })];
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
  const [prod, dr] = [vendors.side("prod", inProd), vendors.side("chisan-dr")];
  const proposal = await proposeHandOver(dr, prod);
  await expect(requireHanded(dr, proposal)).rejects.toThrow("CHI-H102 api.chisan.app leads to A 198.51.100.7 and not to A 203.0.113.9; app.chisan.app leads to another project, or none and not to project prj_dr: type the same command again");
  vendors.records.push({ id: "second", name: api, type: "A", content: "192.0.2.1" });
  await expect(proposeHandOver(dr, prod)).rejects.toThrow(/^CHI-H101 api\.chisan\.app has 2 records \(A 198\.51\.100\.7, A 192\.0\.2\.1\)/);
});

test("an environment that is not up takes nothing over", async () => {
  const dr = vendors.side("chisan-dr");
  const empty: SideOf = { ...dr, engine: { ...dr.engine, state: () => Promise.resolve({ deployment: { resources: [] } }) } };
  await expect(proposeHandOver(empty, vendors.side("prod"))).rejects.toThrow(/^CHI-H095 chisan-dr is not up, .*npx chisan dr stand-up/);
});
