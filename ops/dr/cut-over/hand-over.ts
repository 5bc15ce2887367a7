/** Hands what leads the users (two DNS records, one web domain) from one environment to the other: taken over as it is, then pointed anew. */
import { existsSync } from "node:fs";
import { webProjectName } from "../../../components/web-app-inputs";
import { environmentSlug } from "../../../config/naming";
import type { Target } from "../../engine/target";
import { changeInWords, plannedChanges, type PlannedChange } from "../region/expected-changes";
import { belongings, belongingNames, foundState, parentUrn, urnOf, type Belonging, type FoundState, type Side } from "./belongings";
import { isCutOver, setCutOver, withCutOver } from "./cut-over-setting";
import type { StackEngine, Step, ToImport } from "./engine";
import { hostRecords, type HostRecord } from "./host-records";
import { WebDomains } from "./web-domain";

/** One of the two environments, as its own engine reaches it. */
export interface SideOf {
  readonly stack: Side;
  readonly target: Target;
  /** The stack's configuration. */
  readonly file: string;
  readonly engine: StackEngine;
}

/** One of the three, before and after; nothing in here is secret. */
export interface Handed {
  readonly name: Belonging;
  /** `api.chisan.app`. */
  readonly host: string;
  /** `A 198.51.100.7`, `project prj_…`; undefined: there is none. */
  readonly before: string | undefined;
  readonly after: string;
  /** What there is to do in the receiving stack. */
  readonly todo: "nothing" | "point anew" | "take over" | "make";
  /** What `pulumi import` needs to take it over. */
  readonly importId: string | undefined;
  /** Whether the state has an entry for it that means another thing, or an older one. */
  readonly stale: boolean;
}

export interface HandOver {
  readonly to: Side;
  readonly handed: readonly Handed[];
  readonly zoneId: string;
  readonly teamId: string;
  /** The web project that has the domain now. */
  readonly holder: string | undefined;
  readonly found: FoundState;
  /** Whether all is so already, the configuration included. */
  readonly done: boolean;
}

/** Logical names whose record or domain a preview may make or change, with the properties that a hand-over changes. */
const expected: Readonly<Record<Belonging, readonly string[]>> = {
  "dns-app": ["comment", "content", "ttl", "proxied", "type"],
  "dns-api": ["comment", "content", "ttl", "proxied", "type"],
  "web-domain": ["projectId"],
};

/**
 * Looks at what a hand-over would do; changes nothing. The receiving stack's own state and preview say what shall be; the vendors what is.
 *
 * @throws CHI-H095 when the receiving stack is not up, CHI-H096 and CHI-H097 with the engine's words, CHI-H098 when other changes would go
 *   with it, CHI-H101 when a host has several records
 */
export async function proposeHandOver(to: SideOf, from: Pick<SideOf, "stack" | "file">): Promise<HandOver> {
  const cutOver = isAway(to.stack);
  const found = foundState(to.stack, await to.engine.state());
  const urns = belongingNames.map((name) => urnOf(to.stack, name));
  const steps = await withCutOver(to.stack, to.file, cutOver, (draft) => to.engine.with(draft).preview(urns));
  refuseOthers(to.stack, plannedChanges(steps), to.target.kind === "cloud");
  const wanted = new Map(belongingNames.map((name) => [name, wantedInputs(to.stack, name, steps)]));
  // As the preview has them: no other source can disagree with what will be done.
  const zoneId = String(wanted.get("dns-api")?.["zoneId"]);
  const teamId = String(wanted.get("web-domain")?.["teamId"]);
  const records = hostRecords(zoneId, to.target);
  const domains = new WebDomains(teamId, to.target.environment);
  const app = String(wanted.get("web-domain")?.["domain"]);
  const holder = await domains.holder(app, [found.webProject, webProjectName(environmentSlug(from.stack)), webProjectName(environmentSlug(to.stack))]);
  const handed = await Promise.all(
    belongingNames.map(async (name): Promise<Handed> => {
      const inputs = wanted.get(name) ?? {};
      if (name === "web-domain") return handedDomain(inputs, found, holder);
      const host = String(inputs["name"]);
      return handedRecord(name, host, inputs, found, single(host, await records.of(host)));
    }),
  );
  const done = handed.every(({ todo }) => todo === "nothing") && [to.file, from.file].every((file) => !existsSync(file) || isCutOver(file) === cutOver);
  return { to: to.stack, handed, zoneId, teamId, holder, found, done };
}

/** What `chisan:cutOver` is in both stacks once this one has them. */
function isAway(to: Side): boolean {
  return to === "chisan-dr";
}

function refuseOthers(stack: Side, changes: readonly PlannedChange[], cloud: boolean): void {
  const names = new Map(belongingNames.map((name) => [urnOf(stack, name), name]));
  const strange = changes.filter(({ urn, operation, properties }) => {
    const name = names.get(urn);
    if (name === undefined) return true;
    return operation !== "create" && (operation !== "update" || properties.some((property) => !expected[name].includes(property)));
  });
  if (strange.length === 0) return;
  throw new Error(
    `CHI-H098 this checkout would change more of ${stack} than where its users are led (${strange.slice(0, 5).map(changeInWords).join("; ")}), nothing was touched: ` +
      `check out what is deployed there, or bring it up first (npx chisan preview ${stack}${cloud ? " --cloud" : ""})`,
  );
}

function wantedInputs(stack: Side, name: Belonging, steps: readonly Step[]): Record<string, unknown> {
  const inputs = steps.find(({ urn }) => urn === urnOf(stack, name))?.newState?.inputs;
  if (inputs === undefined) throw new Error(`CHI-H098 the program of ${stack} does not declare ${name}, nothing was touched: check out what is deployed there`);
  return inputs;
}

/** @throws CHI-H101 */
function single(host: string, found: readonly HostRecord[]): HostRecord | undefined {
  if (found.length < 2) return found[0];
  throw new Error(`CHI-H101 ${host} has ${found.length} records (${found.map(recordInWords).join(", ")}), one is expected: delete in Cloudflare's dashboard the one that nobody answers for, then type the same command again`);
}

function recordInWords({ type, content }: Pick<HostRecord, "type" | "content">): string {
  return `${type} ${content}`;
}

function handedRecord(name: Belonging, host: string, inputs: Record<string, unknown>, { has }: FoundState, now: HostRecord | undefined): Handed {
  const after = recordInWords({ type: String(inputs["type"]), content: String(inputs["content"]) });
  const before = now === undefined ? undefined : recordInWords(now);
  const own = has.get(name);
  const isOwn = now !== undefined && own === now.id;
  const todo = now === undefined ? "make" : !isOwn ? "take over" : before === after ? "nothing" : "point anew";
  return { name, host, before, after, todo, importId: now === undefined ? undefined : `${String(inputs["zoneId"])}/${now.id}`, stale: own !== undefined && !isOwn };
}

function handedDomain(inputs: Record<string, unknown>, { has, webProject }: FoundState, holder: string | undefined): Handed {
  const host = String(inputs["domain"]);
  const held = has.has("web-domain");
  const todo = holder === undefined ? "make" : holder === webProject && held ? "nothing" : "take over";
  const importId = `${String(inputs["teamId"])}/${webProject}/${host}`;
  return { name: "web-domain", host, before: holder === undefined ? undefined : `project ${holder}`, after: `project ${webProject}`, todo, importId, stale: held && todo !== "nothing" };
}

/**
 * Carries a hand-over out: the domain moves at the vendor, what exists is taken into the state, and one update of these three alone points
 * them to where they belong now. Killed anywhere, a new proposal and the same again complete it.
 *
 * @throws CHI-H091 to CHI-H094 from Vercel, CHI-H099 and CHI-H100 from the engine, CHI-H102 when the vendors do not have afterwards what was asked for
 */
export async function carryOutHandOver(to: SideOf, { handed, holder, found, teamId }: HandOver, notify: (text: string) => void): Promise<void> {
  const open = handed.filter(({ todo }) => todo !== "nothing");
  if (open.length === 0) return;
  const urns = belongingNames.map((name) => urnOf(to.stack, name));
  await withCutOver(to.stack, to.file, isAway(to.stack), async (draft) => {
    const engine = to.engine.with(draft);
    const domain = open.find(({ name }) => name === "web-domain");
    if (domain !== undefined && holder !== undefined && holder !== found.webProject) {
      notify(`moving ${domain.host} to the web project of ${to.stack}`);
      await new WebDomains(teamId, to.target.environment).move(domain.host, holder, found.webProject);
    }
    await engine.forget(open.filter(({ stale }) => stale).map(({ name }) => urnOf(to.stack, name)));
    const toImport = open.filter(({ todo }) => todo === "take over").map((each) => importOf(to.stack, each, found));
    if (toImport.length > 0) {
      notify(`taking over ${toImport.map(({ name }) => name).join(", ")}`);
      await engine.import(toImport);
    }
    const known = open.filter(({ todo }) => todo === "point anew").map(({ name }) => urnOf(to.stack, name));
    // What the state remembers of them is older than what the vendor has.
    if (known.length > 0) await engine.refresh(known);
    notify("pointing the records anew");
    await engine.update(urns, notify);
  });
}

function importOf(stack: Side, { name, importId = "" }: Handed, { providers }: FoundState): ToImport {
  const { type } = belongings[name];
  return { type, name, id: importId, parent: parentUrn(stack, name), provider: type.startsWith("cloudflare:") ? providers.cloudflare : providers.vercel };
}

/** Asks the vendors themselves. @throws CHI-H102 when they have something else than was asked for */
export async function requireHanded(to: SideOf, { handed, found, zoneId, teamId }: HandOver): Promise<void> {
  const records = hostRecords(zoneId, to.target);
  const domains = new WebDomains(teamId, to.target.environment);
  const wrong: string[] = [];
  for (const { name, host, after } of handed) {
    const holder = name === "web-domain" ? await domains.holder(host, [found.webProject]) : undefined;
    const now = name === "web-domain" ? (holder === undefined ? "another project, or none" : `project ${holder}`) : (await records.of(host)).map(recordInWords).join(" and ") || "nothing";
    if (now !== after) wrong.push(`${host} leads to ${now} and not to ${after}`);
  }
  if (wrong.length > 0) throw new Error(`CHI-H102 ${wrong.join("; ")}: type the same command again`);
}

/** Sets the key in both files, the other side's first: from then on it can no longer be deployed by mistake. */
export function configureCutOver(prod: string, dr: string, on: boolean): void {
  for (const file of on ? [prod, dr] : [dr, prod]) setCutOver(file, on);
}

/**
 * The side that gave them forgets them, so that whatever is done to it does not reach them any more.
 *
 * @returns how many its state had
 * @throws CHI-H096, CHI-H099, CHI-H100
 */
export async function release({ stack, engine }: SideOf): Promise<number> {
  const resources = (await engine.state()).deployment?.resources ?? [];
  const urns = belongingNames.map((name) => urnOf(stack, name)).filter((urn) => resources.some((resource) => resource.urn === urn));
  await engine.forget(urns);
  return urns.length;
}

/** `api.chisan.app: A 198.51.100.7 -> A 203.0.113.9`, a line each. */
export function handOverInWords({ handed }: HandOver): string[] {
  return handed.map(({ host, name, before, after, todo }) => {
    const change = before === after ? `${after} (stays, and becomes this stack's)` : `${before ?? "nothing"} -> ${after}`;
    return `${name === "web-domain" ? `${host} at Vercel` : host}: ${todo === "nothing" ? `${after} (so already)` : change}`;
  });
}
