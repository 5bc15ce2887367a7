import type { EngineClient } from "./testing/engine-client";
import { RunningServers } from "./testing/running-servers";
import { account } from "./testing/whole-environment";

const bucket = "cloudflare:index/r2Bucket:R2Bucket";
const lifecycle = "cloudflare:index/r2BucketLifecycle:R2BucketLifecycle";
const inputs = { accountId: account, name: "faulty" };
let running: RunningServers;
let engine: EngineClient;
beforeEach(async () => {
  running = await RunningServers.start();
  engine = running.engine("cloudflare");
});
afterEach(() => running.stop());

describe("a fault", () => {
  it.each([
    ["429", "HTTP 429 Too Many Requests"],
    ["500", "HTTP 500 Internal Server Error"],
    ["drop", "connection reset by peer"],
  ] as const)("%s fails the call it matches, as often as told, and changes nothing", async (fault, words) => {
    running.servers.faults.set([{ match: { package: "cloudflare", token: bucket, operation: "create" }, fault, times: 2 }]);
    await expect(engine.create(bucket, "b", inputs)).rejects.toThrow(words);
    await expect(engine.create(bucket, "b", inputs)).rejects.toThrow(words);
    expect(running.servers.world.types()).toEqual([]);
    const made = await engine.create(bucket, "b", inputs);
    expect(await engine.refresh(made)).toEqual(made);
  });

  it("matches by operation, package and type", async () => {
    const made = await engine.create(bucket, "b", inputs);
    const { faults } = running.servers;
    faults.set([
      { match: { operation: "delete" }, fault: "500" },
      { match: { package: "gcp" }, fault: "500", times: "always" },
      { match: { token: lifecycle }, fault: "500", times: "always" },
    ]);
    expect(await engine.refresh(made)).toEqual(made);
    await expect(engine.delete(made)).rejects.toThrow("HTTP 500");
    expect(faults.list().map(({ left }) => left)).toEqual([0, Infinity, Infinity]);
    await engine.delete(made);
    faults.clear();
    expect(faults.list()).toEqual([]);
  });

  it("fails reads, updates and functions too", async () => {
    const made = await engine.create(bucket, "b", inputs);
    const functionToken = "cloudflare:index/getIpRanges:getIpRanges";
    running.servers.faults.set([
      { match: { operation: "read" }, fault: "429" },
      { match: { operation: "update" }, fault: "drop" },
      { match: { token: functionToken }, fault: "500" },
    ]);
    await expect(engine.refresh(made)).rejects.toThrow("429");
    await expect(engine.update(made, { ...inputs, storageClass: "InfrequentAccess" })).rejects.toThrow("connection reset");
    await expect(engine.invoke(functionToken, {})).rejects.toThrow("500");
    expect((await engine.update(made, { ...inputs, storageClass: "InfrequentAccess" })).outputs.storageClass).toBe("InfrequentAccess");
  });

  it("latency delays and then succeeds, without holding up others", async () => {
    running.servers.faults.set([{ match: { token: bucket, operation: "create" }, fault: "latency", milliseconds: 300 }]);
    const order: string[] = [];
    const slow = engine.create(bucket, "slow", inputs).then(() => order.push("slow"));
    await new Promise((resolve) => setTimeout(resolve, 100));
    const quick = engine.create(bucket, "quick", { accountId: account, name: "quick" }).then(() => order.push("quick"));
    await Promise.all([slow, quick]);
    expect(order).toEqual(["quick", "slow"]);
  });

  it("invisible: the thing exists, its name is taken, and nobody finds it for a while", async () => {
    running.servers.faults.set([{ match: { token: bucket }, fault: "invisible", milliseconds: 60_000 }]);
    const made = await engine.create(bucket, "b", inputs);
    expect(await engine.refresh(made)).toBeUndefined();
    await expect(engine.create(lifecycle, "l", { accountId: account, bucketName: "faulty" })).rejects.toThrow("bucket does not exist");
    await expect(running.engine("cloudflare", "prod").create(bucket, "b", inputs)).rejects.toThrow("already exists");
    running.servers.faults.clear();
    expect(await engine.refresh(made)).toEqual(made);
    await engine.create(lifecycle, "l", { accountId: account, bucketName: "faulty" });
  });
});
