import type { HostAnswer } from "../ask-host";
import type { DeployedResource } from "../deployed-resources";
import { runChecks } from "./check";
import { healthChecks } from "./health-checks";

const address: DeployedResource = { type: "gcp:compute/globalAddress:GlobalAddress", name: "edge-address", id: "a", inputs: {}, outputs: { address: "198.51.100.7" } };
const service = (location: string, ready: string, created = ready): DeployedResource => ({
  type: "gcp:cloudrunv2/service:Service", name: location, id: location, inputs: { name: "chisan-dr-api", location }, outputs: { latestReadyRevision: ready, latestCreatedRevision: created },
});
const whole = [address, service("asia-northeast1", "r1"), service("asia-northeast2", "r2")];
const answer = (more: Partial<HostAnswer> = {}): HostAnswer => ({ status: 200, words: "chisan-dr-api in asia-northeast1", body: { service: "chisan-dr-api" }, byAddress: true, ...more });

async function found(resources: readonly DeployedResource[], given: HostAnswer | Error = answer(), cloud = false) {
  const asked: unknown[] = [];
  const ask = (host: string, path: string, asking: object) => {
    asked.push([host, path, asking]);
    return given instanceof Error ? Promise.reject(given) : Promise.resolve(given);
  };
  const results = await runChecks(healthChecks({ cloud, resources, apiHost: "api.chisan.app", apiName: "chisan-dr-api", ask }), () => undefined, new AbortController().signal);
  return { asked, bad: results.filter(({ ok }) => !ok).map(({ name, detail }) => `${name}: ${detail}`), details: results.map(({ detail }) => detail) };
}

test("each path is asked at the load balancer's own address, as no name points there yet", async () => {
  const { asked, bad } = await found(whole);
  expect(bad).toEqual([]);
  expect(asked).toEqual(["/health", "/health/live"].map((path) => ["api.chisan.app", path, { cloud: false, address: "198.51.100.7" }]));
});

test.each([
  ["it fails", answer({ status: 503, words: "database gone" }), "API /health: 198.51.100.7 answers 503, database gone"],
  ["another service answers: prod's", answer({ body: { service: "chisan-prod-api" } }), "API /health: 198.51.100.7 answers for chisan-prod-api, not for chisan-dr-api"],
  ["nobody answers", new Error("ECONNREFUSED"), "API /health: ECONNREFUSED"],
])("%s: found", async (_what, given, words) => {
  expect((await found(whole, given)).bad).toContain(words);
});

test("in the cloud the rule that admits Cloudflare alone is an answer, another refusal is none", async () => {
  expect((await found(whole, answer({ status: 403 }), true)).bad).toEqual([]);
  expect((await found(whole, answer({ status: 403 }), false)).bad).toHaveLength(2);
  expect((await found(whole, answer({ status: 404 }), true)).bad).toHaveLength(2);
});

test("a revision that is not ready, no service, no address", async () => {
  expect((await found([address, service("asia-northeast1", "r1"), service("asia-northeast2", "r1", "r2")])).bad).toEqual(["API's revisions: the newest revision is not ready in asia-northeast2"]);
  expect((await found([address])).bad).toContain("API's revisions: there is no service chisan-dr-api");
  expect((await found(whole.slice(1))).bad).toContain("API /health: its load balancer has no address");
});
