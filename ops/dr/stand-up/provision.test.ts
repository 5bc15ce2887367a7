import type { RunSummary } from "../../engine/watched-run";
import { noFindings } from "../../policies/findings";
import type { EncryptionKey } from "../kit/kit";
import { encryptionKey } from "../kit/test-support/made-up-stack";
import type { PhaseSituation } from "../phases/phase";
import type { PlannedChange } from "../region/expected-changes";
import type { DeployedResource } from "./deployed-resources";
import { provisionPhase, type ProvisionInput } from "./provision";

const summary = (more: Partial<RunSummary> = {}): RunSummary => ({ exitCode: 0, changes: { create: 3 }, durationSeconds: 1, errors: [], policies: noFindings(), ...more });
const database: DeployedResource = { type: "supabase:index/project:Project", name: "database-project", id: "x", inputs: {}, outputs: {} };
const urn = (type: string, name: string) => `urn:pulumi:chisan-dr::chisan::chisan:infrastructure:Database$${type}::${name}`;
const change = (operation: string, type = database.type): PlannedChange => ({ operation, urn: urn(type, "database-project"), properties: ["region"] });

interface Given {
  readonly there?: readonly DeployedResource[];
  readonly cutOver?: string;
  readonly changes?: readonly PlannedChange[];
  readonly ups?: readonly RunSummary[];
  readonly encryptionKey?: EncryptionKey | null;
}

async function provision({ there = [], cutOver, changes = [], ups = [summary()], encryptionKey = null }: Given) {
  const said: string[] = [];
  const calls: string[] = [];
  const left = [...ups];
  const stack: ProvisionInput["stack"] = {
    resources: () => Promise.resolve(there),
    configured: (key) => Promise.resolve(key === "cutOver" ? cutOver : undefined),
    preview: () => (calls.push("preview"), Promise.resolve(changes)),
    up: (progress) => {
      calls.push("up");
      progress(1, "create something");
      return Promise.resolve(left.shift() ?? summary());
    },
    configureEncryptionKey: () => (calls.push("key"), Promise.resolve()),
    explainFailure: () => undefined,
  };
  const situation: PhaseSituation = { results: new Map(), say: (text) => said.push(text), signal: new AbortController().signal };
  const result = await provisionPhase({ stack, encryptionKey, begun: true, declared: 10, estimateSeconds: 1, lockPauseSeconds: 0 }).run(situation).then(
    (value) => value,
    (error: unknown) => (error as Error).message,
  );
  return { result, said, calls };
}

test("nothing is there: up, without a preview of its own", async () => {
  const { result, calls, said } = await provision({});
  expect(result).toMatchObject({ summary: "3 created, no policy violated", facts: { resourcesBefore: 0, carriedOn: false } });
  expect(calls).toEqual(["up"]);
  expect(said.at(-1)).toMatch(/^1 of about 10 resources, .* a second: create something$/);
});

test("the key of the data is set before anything is looked at or made, and its value is in no word and no fact", async () => {
  const { result, calls, said } = await provision({ encryptionKey, there: [database] });
  expect(calls).toEqual(["key", "preview", "up"]);
  expect(result).toMatchObject({ facts: { encryptionKey: "taken over" } });
  expect((await provision({ encryptionKey, cutOver: "true" })).calls).toEqual([]);
  for (const { value } of Object.values(encryptionKey)) expect(JSON.stringify([result, said])).not.toContain(value);
});

test("an earlier run was cut off: what is there is kept, and up carries on", async () => {
  const { result, calls } = await provision({ there: [database], changes: [change("create", "gcp:compute/address:Address"), change("update")] });
  expect(result).toMatchObject({ facts: { resourcesBefore: 1, carriedOn: true } });
  expect(calls).toEqual(["preview", "up"]);
});

test.each(["delete", "replace", "create-replacement", "delete-replaced"])("a change that would %s the restored database is refused, nothing is touched", async (operation) => {
  const { result, calls } = await provision({ there: [database], changes: [change(operation)] });
  expect(result).toMatch(/^CHI-H057 .*database-project \(region\).*nothing was touched/);
  expect(calls).toEqual(["preview"]);
});

test("after the cut-over it is the live system: refused before anything", async () => {
  const { result, calls } = await provision({ cutOver: "true", there: [database] });
  expect(result).toMatch(/^CHI-H056 /);
  expect(calls).toEqual([]);
});

test("an engine that a killed run left at work is waited for", async () => {
  const locked = summary({ exitCode: 255, errors: ["error: the stack is currently locked by 1 lock(s). file: created by me@here (pid 4242) at 2026-11-23T08:01:02Z"] });
  const { result, said, calls } = await provision({ ups: [locked, locked, summary()] });
  expect(result).toMatchObject({ summary: expect.stringContaining("3 created") as string });
  expect(calls).toEqual(["up", "up", "up"]);
  expect(said.join("\n")).toContain("locked by me@here (process 4242)");
});

test("a failed up is told with its first words, a refusal of a policy with the policy", async () => {
  const broken = summary({ exitCode: 255, errors: ["quota exceeded\nmore"] });
  expect((await provision({ ups: [broken] })).result).toMatch(/^CHI-H059 .*\(quota exceeded\).*carries on$/);
  const policies = { ...noFindings(), violations: [{ policy: "no-public-bucket", pack: "data-protection", severity: "high", urn: "", resource: "b", what: "is public", fix: "" }] };
  expect((await provision({ ups: [summary({ exitCode: 1, errors: ["failed"], policies })] })).result).toContain("a policy refuses: no-public-bucket: is public");
});
