import { setImmediate } from "node:timers/promises";
import { askUnary } from "../test-support/ask-unary";
import type { KeptInformation } from "./kept-information";
import { servePack } from "./serve";
import type { LoadedPack } from "./served-pack";
import { status } from "./unary-server";

const own = Buffer.from("own");
const known = own;

/** A pack that tells what is asked of it, served; `kept` is what an earlier run left. */
async function serving(kept: Buffer | undefined, failure?: string) {
  const asked: string[] = [];
  const pack: LoadedPack = {
    information: () => own,
    configureStack: (request) => void asked.push(`stack ${String(request)}`),
    configure: (request) => void asked.push(`configure ${String(request)}`),
    analyze: (request) => (asked.push(`analyze ${String(request)}`), Buffer.from("judged")),
    analyzeStack: () => Buffer.from("judged all"),
  };
  const load = () => {
    asked.push("load");
    if (failure !== undefined) throw new Error(failure);
    return pack;
  };
  const keeps = { read: () => kept, write: (information: Uint8Array) => void asked.push(`keep ${String(information)}`), forget: () => void asked.push("forget") };
  const { port, close } = await servePack(load, keeps as unknown as KeptInformation);
  closing.push(close);
  return { asked, ask: (method: string, request = "") => askUnary(port, `/pulumirpc.Analyzer/${method}`, Buffer.from(request)) };
}
const closing: (() => void)[] = [];
afterEach(() => closing.splice(0).forEach((close) => close()));

test("what is known of a pack is told before it is loaded, and it is loaded when it has been configured", async () => {
  const { asked, ask } = await serving(known);
  expect((await ask("ConfigureStack", "prod")).code).toBe(status.ok);
  expect((await ask("GetAnalyzerInfo")).body).toEqual(known);
  expect(asked).toEqual([]);
  expect((await ask("Configure", "settings")).code).toBe(status.ok);
  while (asked.length < 3) await setImmediate();
  expect(asked).toEqual(["load", "configure settings", "stack prod"]);
  expect((await ask("Analyze", "one")).body).toEqual(Buffer.from("judged"));
  expect(asked.slice(3)).toEqual(["analyze one"]);
});

test("an engine that configures nothing has it loaded as well", async () => {
  const { asked, ask } = await serving(known);
  await ask("GetAnalyzerInfo");
  while (asked.length === 0) await new Promise((resolve) => setTimeout(resolve, 10));
  expect(asked).toEqual(["load"]);
});

test("a question that comes before it was loaded loads it, with what it was told by then", async () => {
  const { asked, ask } = await serving(known);
  await ask("ConfigureStack", "prod");
  expect((await ask("AnalyzeStack")).body).toEqual(Buffer.from("judged all"));
  expect(asked).toEqual(["load", "stack prod"]);
});

test("nothing known: it is loaded first, and what it says of itself is told and kept", async () => {
  const { asked, ask } = await serving(undefined);
  expect(asked).toEqual(["load", "keep own"]);
  expect((await ask("GetAnalyzerInfo")).body).toEqual(own);
  await ask("Configure", "settings");
  expect(asked.slice(2)).toEqual(["configure settings"]);
});

test.each([[known], [undefined]])("a pack that does not load refuses every resource and the stack, in its own words (known: %s)", async (kept) => {
  const { asked, ask } = await serving(kept, "CHI-P003 broken");
  const refused = { code: status.failedPrecondition, details: "CHI-P003 broken" };
  const first = kept === undefined ? ["ConfigureStack", "GetAnalyzerInfo", "Configure"] : [];
  for (const method of [...first, "Analyze", "AnalyzeStack", "Analyze"]) expect(await ask(method)).toMatchObject(refused);
  expect(asked).toEqual(["load"]);
});

test("what was kept is not what the policies say now: nothing is judged, and the next run does not keep to it", async () => {
  const { asked, ask } = await serving(Buffer.from("older"));
  expect((await ask("GetAnalyzerInfo")).body).toEqual(Buffer.from("older"));
  await ask("Configure", "settings");
  const refused = { code: status.failedPrecondition, details: expect.stringMatching(/^CHI-P006 .*run the same command again$/) as string };
  for (const method of ["Analyze", "AnalyzeStack", "GetAnalyzerInfo", "Configure", "ConfigureStack"]) expect(await ask(method)).toMatchObject(refused);
  expect(asked).toEqual(["load", "forget"]);
});

test("Remediate is not served: none of our policies changes a resource", async () => {
  const { ask } = await serving(known);
  expect((await ask("Remediate", "one")).code).toBe(status.unimplemented);
});
