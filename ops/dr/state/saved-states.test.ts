import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { generateIdentity, identityToRecipient } from "age-encryption";
import { pulumiExecutable } from "../../../sandbox/control/paths";
import type { Target } from "../../engine/target";
import type { ObjectInfo } from "../../backup/object-store/object-store";
import { restoreState, savedStates, saveState, statePrefix } from "./saved-states";

// The real CLI, on machines that are busy with other things.
jest.setTimeout(120_000);

const canary = "canary-of-a-generated-secret";
const folder = mkdtempSync(join(tmpdir(), "chisan-state-"));
const objects = new Map<string, Buffer>();
/** As the bucket behaves, its lock included: what is there cannot be overwritten. */
const store = {
  put: async (key: string, body: Buffer | string) => {
    if (objects.has(key)) throw new Error(`CHI-A013 ${key} is locked`);
    objects.set(key, Buffer.from(body));
    return info(key);
  },
  get: async (key: string) => {
    const body = objects.get(key);
    return body === undefined ? undefined : { body, etag: "x" };
  },
  async *list(prefix: string) {
    for (const key of objects.keys()) if (key.startsWith(prefix)) yield info(key);
  },
};
const info = (key: string): ObjectInfo => ({ key, bytes: objects.get(key)?.length ?? 0, etag: "x", lastModified: new Date(0) });

let identity: string;
let recipients: string[];
let target: Target;

/** A backend with an empty stack of the project's name. */
function backend(name: string): Target {
  const directory = join(folder, name);
  for (const part of ["state", "home", "project"]) mkdirSync(join(directory, part), { recursive: true });
  writeFileSync(join(directory, "project", "Pulumi.yaml"), "name: chisan\nruntime: nodejs\n");
  const environment = { PATH: process.env["PATH"], HOME: join(directory, "home"), PULUMI_HOME: join(directory, "home"), PULUMI_BACKEND_URL: `file://${join(directory, "state")}`, PULUMI_CONFIG_PASSPHRASE: "rehearsal", PULUMI_SKIP_UPDATE_CHECK: "true" };
  execFileSync(pulumiExecutable, ["stack", "init", "staging", "--no-select", "--non-interactive"], { cwd: join(directory, "project"), env: environment, stdio: "pipe" });
  return { kind: "sandbox", environment, configurationArguments: [], explainFailure: () => undefined };
}

function pulumi({ environment }: Target, args: string[], input?: string): string {
  return execFileSync(pulumiExecutable, [...args, "--stack", "staging", "--non-interactive"], { env: environment, input, encoding: "utf8", stdio: ["pipe", "pipe", "pipe"] });
}

/** Gives a stack two resources, one with a secret output. */
function fill(to: Target): void {
  const exported = JSON.parse(pulumi(to, ["stack", "export"])) as { deployment: Record<string, unknown> };
  const root = { urn: "urn:pulumi:staging::chisan::pulumi:pulumi:Stack::chisan-staging", custom: false, type: "pulumi:pulumi:Stack" };
  const secret = { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", plaintext: JSON.stringify(canary) };
  const made = { urn: "urn:pulumi:staging::chisan::random:index/randomPassword:RandomPassword::one", custom: false, type: "a:b:C", parent: root.urn, outputs: { result: secret } };
  pulumi(to, ["stack", "import"], JSON.stringify({ ...exported, deployment: { ...exported.deployment, resources: [root, made] } }));
}

beforeAll(async () => {
  identity = await generateIdentity();
  recipients = [await identityToRecipient(identity)];
  target = backend("first");
});
afterAll(() => rmSync(folder, { recursive: true }));

test("a state without resources is not saved", async () => {
  await expect(saveState("staging", target, recipients, store)).rejects.toThrow(/^CHI-H180 the state of staging has no resources, nothing was saved/);
  expect(objects.size).toBe(0);
});

test("what is saved is below the locked prefix, in order of time, and holds no secret in the clear", async () => {
  fill(target);
  const later = await saveState("staging", target, recipients, store, new Date("2026-11-23T14:05:00.123Z"));
  await saveState("staging", target, recipients, store, new Date("2026-11-22T14:05:00Z"));
  expect(later).toMatchObject({ id: "20261123T140500Z", key: `reports/state/staging/20261123T140500Z.json.gz.age`, resources: 2 });
  objects.set(`${statePrefix("staging")}notes.txt`, Buffer.from("somebody's"));
  expect((await savedStates("staging", store)).map(({ id }) => id)).toEqual(["20261122T140500Z", "20261123T140500Z"]);
  for (const body of objects.values()) {
    expect(body.includes(canary)).toBe(false);
    expect(body.includes("urn:pulumi")).toBe(false);
  }
});

test("a state that has resources is left alone", async () => {
  await expect(restoreState("staging", target, identity, store)).rejects.toThrow(/^CHI-H182 the state of staging has 2 resources, nothing was touched/);
});

test("into an empty backend: resources and secrets are there again, the secrets encrypted", async () => {
  const empty = backend("second");
  expect(await restoreState("staging", empty, identity, store)).toMatchObject({ id: "20261123T140500Z", resources: 2 });
  expect(pulumi(empty, ["stack", "export", "--show-secrets"])).toContain(canary);
  const plain = pulumi(empty, ["stack", "export"]);
  expect(plain).toContain("RandomPassword::one");
  expect(plain).not.toContain(canary);
});

test("another copy than there is, another key, another stack's copy: refused in a line, and nothing is restored", async () => {
  const empty = backend("third");
  await expect(restoreState("staging", empty, identity, store, "20250101T000000Z")).rejects.toThrow(/^CHI-H181 there is no copy 20250101T000000Z of the state of staging among 2, nothing was touched/);
  await expect(restoreState("staging", empty, await generateIdentity(), store)).rejects.toThrow(/^CHI-A003 /);
  const copy = objects.get(`${statePrefix("staging")}20261123T140500Z.json.gz.age`) as Buffer;
  const cut = new Map([[`${statePrefix("staging")}20261123T140500Z.json.gz.age`, copy.subarray(0, copy.length - 7)]]);
  await expect(restoreState("staging", empty, identity, { ...store, get: async (key) => ({ body: cut.get(key) as Buffer, etag: "x" }) })).rejects.toThrow(/^CHI-A002 /);
  objects.set(`${statePrefix("prod")}20261123T140500Z.json.gz.age`, copy);
  await expect(restoreState("prod", { ...empty }, identity, store)).rejects.toThrow(/^CHI-H184 `pulumi stack export` failed for prod/);
  expect(JSON.parse(pulumi(empty, ["stack", "export"]))).not.toHaveProperty("deployment.resources");
});
