import * as fs from "node:fs/promises";
import * as os from "node:os";
import * as path from "node:path";
import { pluginNames, startProviderServers, type ProviderServers } from "./index";
import { vendors } from "./models";
import { Schema, type SchemaPackage } from "./schema";
import { EngineClient } from "./testing/engine-client";
import { makeAll, pluginOf, wholeEnvironment, type Made } from "./testing/whole-environment";

let directory: string;
let servers: ProviderServers;
let engines: { [plugin: string]: EngineClient };
let made: Made;
const declared = wholeEnvironment("staging");
const engineOf = (token: string): EngineClient => engines[pluginOf(token)]!;

const connect = (stack: string): typeof engines =>
  Object.fromEntries(pluginNames.map((name) => [name, new EngineClient(servers.ports[name], stack)]));
const disconnect = (): void => Object.values(engines).forEach((engine) => engine.close());

beforeAll(async () => {
  directory = await fs.mkdtemp(path.join(os.tmpdir(), "chisan-providers-"));
  servers = await startProviderServers({ stateDirectory: directory });
  engines = connect("staging");
  made = await makeAll(engines, declared);
});
afterAll(async () => {
  disconnect();
  await servers.stop();
  await fs.rm(directory, { recursive: true });
});

/** The value under a secret's wrapping, and whether it was wrapped. */
function unwrap(value: unknown): { value: unknown; secret: boolean } {
  const wrapped =
    value !== null &&
    typeof value === "object" &&
    (value as { [key: string]: unknown })["4dabf18193072939515e22adb298388d"] === "1b47061264138c4ac30d75fd1eb44270";
  return wrapped ? { value: (value as { value: unknown }).value, secret: true } : { value, secret: false };
}

describe("a whole environment", () => {
  it("has every output that the schema promises, and its secrets are secret", () => {
    const wrong: string[] = [];
    for (const { token, name } of declared) {
      const schema = Schema.of(token.split(":")[0] as SchemaPackage);
      const outputs = made[name]!.outputs;
      for (const property of schema.alwaysPresent(token)) if (outputs[property] === undefined) wrong.push(`${name}.${property} is missing`);
      const plain = Object.fromEntries(Object.entries(outputs).map(([key, value]) => [key, unwrap(value).value])) as {
        [key: string]: never;
      };
      for (const secretPath of schema.secretPaths(token, plain))
        if (/^\w+$/.test(secretPath) && !unwrap(outputs[secretPath]).secret) wrong.push(`${name}.${secretPath} is not secret`);
      for (const property of Object.keys(outputs))
        if (property !== "id" && !schema.isProperty(token, property)) wrong.push(`${name}.${property} is not in the schema`);
    }
    expect(wrong).toEqual([]);
  });

  it("has an example of every modelled type", () => {
    const modelled = Object.values(vendors).flatMap((vendor) => Object.keys(vendor.resources));
    expect([...new Set(declared.map(({ token }) => token))].sort()).toEqual(modelled.sort());
  });

  it("is settled: a second up changes nothing", async () => {
    for (const { token, name, inputs } of declared)
      expect([name, await engineOf(token).isSettled(made[name]!, inputs(made))]).toEqual([name, true]);
  });

  it("is the same after a refresh, and settled", async () => {
    for (const { token, name, inputs } of declared) {
      const refreshed = await engineOf(token).refresh(made[name]!);
      expect([name, refreshed]).toEqual([name, made[name]]);
      expect([name, await engineOf(token).isSettled(refreshed!, inputs(made))]).toEqual([name, true]);
    }
  });

  it("can be imported with the vendors' import IDs, and is settled then", async () => {
    for (const { token, name, inputs, importId } of declared.filter(({ token }) => !token.startsWith("random:"))) {
      const imported = await engineOf(token).import(token, name, importId?.(made) ?? made[name]!.id);
      expect([name, imported?.outputs]).toEqual([name, made[name]!.outputs]);
      expect([name, await engineOf(token).isSettled(imported!, inputs(made))]).toEqual([name, true]);
    }
  });

  it("is remembered by the next process", async () => {
    disconnect();
    await servers.stop();
    servers = await startProviderServers({ stateDirectory: directory });
    engines = connect("staging");
    for (const { token, name } of declared) expect([name, await engineOf(token).refresh(made[name]!)]).toEqual([name, made[name]]);
  });

  it("is destroyed in reverse order, and leaves only what nobody can delete", async () => {
    for (const { token, name } of [...declared].reverse()) await engineOf(token).delete(made[name]!);
    expect(servers.world.types().sort()).toEqual([
      "cloudflare:index/totalTls:TotalTls",
      "cloudflare:index/universalSslSetting:UniversalSslSetting",
      "cloudflare:index/zoneSetting:ZoneSetting",
      // Names of a deleted pool and its provider, which Google keeps for 30 days.
      "gcp:iam/deletedFederation",
      "gcp:logging/projectBucketConfig:ProjectBucketConfig",
      "gcp:projects/service:Service",
    ]);
    expect(servers.world.list("gcp:projects/service:Service").flatMap(({ urns }) => urns)).toEqual([]);
  });
});
