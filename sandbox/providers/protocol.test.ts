import { memoryWorld } from "../world/open-world";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import * as provider from "@pulumi/pulumi/proto/provider_pb";
import type { PluginInfo } from "@pulumi/pulumi/proto/plugin_pb";
import { PluginAttach } from "@pulumi/pulumi/proto/plugin_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import * as fs from "node:fs/promises";
import * as path from "node:path";
import { pluginNames, pluginVersions, startProviderServers, type PluginName } from "./index";
import { Schema } from "./schema";
import { EngineClient, secret, unknown } from "./testing/engine-client";
import { RunningServers } from "./testing/running-servers";
import { account } from "./testing/whole-environment";

let running: RunningServers;
beforeEach(async () => {
  running = await RunningServers.start();
});
afterEach(() => running.stop());

const bucket = "cloudflare:index/r2Bucket:R2Bucket";
const parameterize = async (engine: EngineClient, parameters: { args?: string[]; value?: [string, string] }): Promise<[string, string]> => {
  const request = new provider.ParameterizeRequest();
  if (parameters.args) request.setArgs(new provider.ParameterizeRequest.ParametersArgs().setArgsList(parameters.args));
  if (parameters.value)
    request.setValue(new provider.ParameterizeRequest.ParametersValue().setName(parameters.value[0]).setVersion(parameters.value[1]));
  const response = await engine.call<provider.ParameterizeResponse>("parameterize", request);
  return [response.getName(), response.getVersion()];
};

describe("every plugin", () => {
  it.each(pluginNames)("%s shakes hands, tells its version, takes a configuration and outlives a cancel", async (name: PluginName) => {
    const engine = running.engine(name);
    const hands = await engine.call<provider.ProviderHandshakeResponse>("handshake", new provider.ProviderHandshakeRequest());
    expect([hands.getAcceptSecrets(), hands.getAcceptOutputs(), hands.getAcceptResources()]).toEqual([true, false, false]);
    await engine.call("attach", new PluginAttach());
    expect((await engine.call<PluginInfo>("getPluginInfo", new Empty())).getVersion()).toBe(pluginVersions[name]);
    const configured = await engine.call<provider.ConfigureResponse>("configure", new provider.ConfigureRequest());
    expect([configured.getAcceptsecrets(), configured.getSupportspreview()]).toEqual([true, true]);
    await engine.call("cancel", new Empty());
    const after = running.engine(name);
    expect((await after.call<PluginInfo>("getPluginInfo", new Empty())).getVersion()).toBe(pluginVersions[name]);
    expect((await engine.call<PluginInfo>("getPluginInfo", new Empty())).getVersion()).toBe(pluginVersions[name]);
    await expect(engine.call("construct", new provider.ConstructRequest())).rejects.toThrow("CHI-S118");
    await expect(engine.call("call", new provider.CallRequest())).rejects.toThrow("CHI-S118");
  });

  it("passes a provider's configuration through, its secrets still secret, and never replaces for it", async () => {
    const engine = running.engine("cloudflare");
    const request = new provider.CheckRequest();
    request.setUrn("urn:pulumi:dev::chisan::pulumi:providers:cloudflare::default");
    const settings = { apiToken: secret("a-real-token-perhaps"), baseUrl: "https://example.invalid" };
    request.setNews(Struct.fromJavaScript(settings as never));
    expect((await engine.call<provider.CheckResponse>("checkConfig", request)).getInputs()!.toJavaScript()).toEqual(settings);
    expect((await engine.call<provider.DiffResponse>("diffConfig", new provider.DiffRequest())).getChanges()).toBe(
      provider.DiffResponse.DiffChanges.DIFF_NONE,
    );
  });

  it("answers with the vendor's real schema", async () => {
    const schemaOf = async (plugin: PluginName, sub = ""): Promise<{ name: string; version?: string }> => {
      const request = new provider.GetSchemaRequest();
      request.setSubpackageName(sub);
      return JSON.parse((await running.engine(plugin).call<provider.GetSchemaResponse>("getSchema", request)).getSchema()) as {
        name: string;
        version?: string;
      };
    };
    expect(await schemaOf("gcp")).toEqual(JSON.parse(Schema.of("gcp").text));
    expect(await schemaOf("terraform-provider", "vercel")).toMatchObject({ name: "vercel", version: "5.10.0" });
    expect(await schemaOf("terraform-provider", "supabase")).toMatchObject({ name: "supabase", version: "1.10.1" });
    expect(await schemaOf("terraform-provider")).toEqual({ name: "terraform-provider", version: "1.4.0" });
    await expect(schemaOf("terraform-provider", "aws")).rejects.toThrow("CHI-S116");
  });
});

describe("terraform-provider", () => {
  it("becomes vercel or supabase, from arguments and from a lock file's value, and nothing else", async () => {
    const engine = running.engine("terraform-provider");
    expect(await parameterize(engine, { args: ["vercel/vercel", "5.10.0"] })).toEqual(["vercel", "5.10.0"]);
    expect(await parameterize(engine, { args: ["supabase/supabase"] })).toEqual(["supabase", "1.10.1"]);
    expect(await parameterize(engine, { value: ["supabase", "1.10.1"] })).toEqual(["supabase", "1.10.1"]);
    await expect(parameterize(engine, { args: ["hashicorp/aws"] })).rejects.toThrow("CHI-S117");
    await expect(parameterize(engine, { value: ["vercel", "9.0.0"] })).rejects.toThrow(
      /CHI-S117 .*vercel 9\.0\.0.*vercel\/vercel 5\.10\.0/,
    );
    await expect(parameterize(running.engine("gcp"), { args: ["vercel/vercel"] })).rejects.toThrow("CHI-S117");
  });

  it("serves both over one connection, whichever was asked for first", async () => {
    const engine = running.engine("terraform-provider");
    await parameterize(engine, { value: ["vercel", "5.10.0"] });
    const database = await engine.create("supabase:index/project:Project", "db", {
      organizationId: "o",
      name: "n",
      region: "ap-northeast-2",
      databasePassword: "12345678",
    });
    expect(database.id).toMatch(/^[a-z]{20}$/);
    expect((await engine.create("vercel:index/project:Project", "web", { name: "web" })).id).toMatch(/^prj_\w{28}$/);
  });
});

describe("a configuration", () => {
  it("gives each connection its own project, also at the same time, and a resource's own wins", async () => {
    const service = "gcp:projects/service:Service";
    const engines = await Promise.all(
      ["staging", "prod"].map(async (stack) => {
        const engine = running.engine("gcp", stack);
        await engine.configure("gcp", { project: `chisan-${stack}`, region: "asia-northeast3" });
        return engine;
      }),
    );
    const made = await Promise.all(engines.map((engine) => engine.create(service, "run", { service: "run.googleapis.com" })));
    expect(made.map(({ id }) => id)).toEqual(["chisan-staging/run.googleapis.com", "chisan-prod/run.googleapis.com"]);
    expect((await engines[0]!.create(service, "other", { project: "chisan-ops", service: "run.googleapis.com" })).id).toBe(
      "chisan-ops/run.googleapis.com",
    );
    expect((await engines[0]!.invoke("gcp:organizations/getClientConfig:getClientConfig", {})).project).toBe("chisan-staging");
    // A connection made anew knows its stack's.
    expect((await running.engine("gcp", "prod").create(service, "again", { service: "iam.googleapis.com" })).id).toBe(
      "chisan-prod/iam.googleapis.com",
    );
    expect(await engines[0]!.isSettled(made[0]!, { service: "run.googleapis.com" })).toBe(true);
  });

  it("never lets a credential into the world's file", async () => {
    const engine = running.engine("cloudflare");
    await engine.configure("cloudflare", { apiToken: secret("a-real-token-perhaps") });
    await engine.create(bucket, "b", { accountId: account, name: "abc" });
    expect(await fs.readFile(path.join(running.directory, "world.journal"), "utf8")).not.toContain("a-real-token-perhaps");
  });
});

describe("secrets and unknowns", () => {
  it("keeps an input's secretness in inputs, outputs, after a refresh and an import", async () => {
    const engine = running.engine("terraform-provider");
    const password = secret("correct-horse-battery");
    const database = await engine.create("supabase:index/project:Project", "db", {
      organizationId: secret("my-organization"),
      name: "n",
      region: "ap-northeast-2",
      databasePassword: password,
    });
    for (const state of [
      database,
      await engine.refresh(database),
      await engine.import("supabase:index/project:Project", "db", database.id),
    ]) {
      expect(state!.inputs).toMatchObject({ databasePassword: password, organizationId: secret("my-organization") });
      expect(state!.outputs).toMatchObject({ databasePassword: password, organizationId: secret("my-organization"), name: "n" });
    }
  });

  it("marks what the schema calls secret though the program did not, deep inside too", async () => {
    const engine = running.engine("terraform-provider");
    const web = await engine.create("vercel:index/project:Project", "web", { name: "web" });
    const variables = await engine.create("vercel:index/projectEnvironmentVariables:ProjectEnvironmentVariables", "v", {
      projectId: web.id,
      variables: [{ key: "A", value: "visible?", targets: ["production"], sensitive: true }],
    });
    expect(variables.inputs).toMatchObject({ variables: [{ key: "A", value: secret("visible?") }] });
    expect(variables.outputs).toMatchObject({ variables: [{ key: "A", value: secret("visible?") }] });
  });

  it("makes secret what contains a secret, and keeps it so over an update", async () => {
    const engine = running.engine("gcp");
    await engine.configure("gcp", { project: "chisan-dev" });
    for (const api of ["compute", "run"]) await engine.create("gcp:projects/service:Service", api, { service: `${api}.googleapis.com` });
    const network = await engine.create("gcp:compute/network:Network", "n", { name: secret("very-secret-name") });
    expect(network.outputs.selfLink).toEqual(
      secret("https://www.googleapis.com/compute/v1/projects/chisan-dev/global/networks/very-secret-name"),
    );
    const updated = await engine.update(network, { name: secret("very-secret-name"), routingMode: "GLOBAL" }, true);
    expect(updated.outputs.selfLink).toEqual(network.outputs.selfLink);
    expect(updated.outputs.routingMode).toBe("GLOBAL");
  });

  it("previews a create with unknowns for what the vendor will fill in, and makes nothing", async () => {
    const engine = running.engine("cloudflare");
    const queue = await engine.create("cloudflare:index/queue:Queue", "q", { accountId: account, queueName: unknown }, true);
    expect(queue).toMatchObject({ id: "", outputs: { accountId: account, queueName: unknown, queueId: unknown, createdOn: unknown } });
    const token = await engine.create(
      "cloudflare:index/accountToken:AccountToken",
      "t",
      { accountId: account, name: "t", policies: [{ effect: "allow", permissionGroups: [{ id: "0".repeat(32) }], resources: unknown }] },
      true,
    );
    expect(token.outputs.value).toEqual(secret(unknown));
    expect(running.servers.world.types()).toEqual([]);
  });

  it("previews an update with only what may change unknown", async () => {
    const engine = running.engine("cloudflare");
    const inputs = { accountId: account, scriptName: "w", content: "export default { fetch() {} }", mainModule: "index.js" };
    const worker = await engine.create("cloudflare:index/workersScript:WorkersScript", "w", inputs);
    const preview = await engine.update(worker, { ...inputs, content: "export default { queue() {} }" }, true);
    expect(preview.outputs).toMatchObject({
      etag: unknown,
      handlers: unknown,
      createdOn: worker.outputs.createdOn,
      content: "export default { queue() {} }",
    });
    expect((await engine.refresh(worker))!.outputs).toEqual(worker.outputs);
  });
});

describe("refresh", () => {
  it("shows what was changed or removed outside Pulumi", async () => {
    const engine = running.engine("cloudflare");
    const inputs = { accountId: account, queueName: "q" };
    const queue = await engine.create("cloudflare:index/queue:Queue", "q", inputs);
    const { world } = running.servers;
    const record = world.get("cloudflare:index/queue:Queue", queue.id)!;
    await world.put({
      ...record,
      inputs: { ...record.inputs, queueName: "renamed" },
      outputs: { ...record.outputs, queueName: "renamed" },
    });
    const drifted = await engine.refresh(queue);
    expect(drifted).toMatchObject({ inputs: { queueName: "renamed" }, outputs: { queueName: "renamed" } });
    expect((await engine.diff(drifted!, inputs)).getDiffsList()).toEqual(["queueName"]);
    await world.delete(record.type, record.id);
    expect(await engine.refresh(queue)).toBeUndefined();
    await expect(engine.update(queue, { ...inputs, queueName: "q2" })).rejects.toThrow(
      /was not found: it was deleted outside Pulumi; run `pulumi refresh`/,
    );
  });
});

describe("the servers", () => {
  it("refuse a second set over one directory, and give it up when they stop", async () => {
    await expect(startProviderServers({ stateDirectory: running.directory })).rejects.toThrow("CHI-S013");
    const second = await RunningServers.start();
    await second.servers.stop();
    await expect(
      startProviderServers({ stateDirectory: second.directory, packages: ["random"] }).then((servers) => servers.stop()),
    ).resolves.toBeUndefined();
    await second.stop();
  });

  it("leave a world that was given to them open", async () => {
    const world = memoryWorld();
    const servers = await startProviderServers({ stateDirectory: running.directory, world, packages: ["cloudflare"] });
    const engine = new EngineClient(servers.ports.cloudflare);
    await engine.create(bucket, "b", { accountId: account, name: "abc" });
    engine.close();
    await servers.stop();
    expect(world.list(bucket)).toHaveLength(1);
    await expect(world.reset()).resolves.toBeUndefined();
  });
});

describe("functions", () => {
  it("answer from the world, with secrets secret", async () => {
    const bridge = running.engine("terraform-provider");
    const database = await bridge.create("supabase:index/project:Project", "db", {
      organizationId: "o",
      name: "n",
      region: "ap-northeast-2",
      databasePassword: "12345678",
    });
    const keys = await bridge.invoke("supabase:index/getApikeys:getApikeys", { projectRef: database.id });
    const again = await bridge.invoke("supabase:index/getApikeys:getApikeys", { projectRef: database.id });
    expect(again).toEqual(keys);
    expect(keys.anonKey).toEqual(secret(expect.stringMatching(/^eyJ[\w-]+\.[\w-]+\.[\w-]+$/)));
    expect(keys.serviceRoleKey).not.toEqual(keys.anonKey);
    expect(keys.secretKeys).toEqual(secret([{ name: "default", apiKey: expect.stringMatching(/^sb_secret_\w+$/) }]));
    expect((await bridge.invoke("supabase:index/getPooler:getPooler", { projectRef: database.id })).url).toEqual({
      transaction: expect.stringContaining(`postgres.${database.id}:`),
    });
    await bridge.create("vercel:index/project:Project", "web", { name: "web", nodeVersion: "20.x" });
    expect(await bridge.invoke("vercel:index/getProject:getProject", { name: "web" })).toMatchObject({ name: "web", nodeVersion: "20.x" });
    const cloudflare = running.engine("cloudflare");
    const groups = await cloudflare.invoke(
      "cloudflare:index/getAccountApiTokenPermissionGroupsList:getAccountApiTokenPermissionGroupsList",
      { accountId: account, name: "Workers R2 Storage Bucket Item Write" },
    );
    expect(groups.results).toEqual([
      { id: "2efd5506f9c8494dacb1fa10a3e7d5b6", name: "Workers R2 Storage Bucket Item Write", scopes: ["com.cloudflare.edge.r2.bucket"] },
    ]);
    expect((await cloudflare.invoke("cloudflare:index/getIpRanges:getIpRanges", {})).ipv4Cidrs).toHaveLength(15);
    const project = await running.engine("gcp").invoke("gcp:organizations/getProject:getProject", { projectId: "chisan-prod" });
    expect(project).toMatchObject({ projectId: "chisan-prod", number: expect.stringMatching(/^[1-9]\d{11}$/) });
    await expect(bridge.invoke("supabase:index/getApikeys:getApikeys", { projectRef: "none" })).rejects.toThrow("Project not found: none");
    await expect(bridge.invoke("supabase:index/getApikeys:getApikeys", { projectref: "x" })).rejects.toThrow("has no argument projectref");
    await expect(bridge.invoke("supabase:index/getApikeys:getApikeys", {})).rejects.toThrow("needs the argument projectRef");
  });
});
