import type * as http from "node:http";
import { ManagementApiClient } from "./management-api-client";
import { type StandIn, canary, clientOf, ref, refusal, standIn } from "./test-support/stand-in";
import { quietServers } from "../vendor-api/test-support/quiet-servers";

let sandbox: StandIn;
const servers = quietServers(canary, () => sandbox.api.stop());

beforeEach(async () => {
  sandbox = await standIn();
});

/** A server that answers as told, for what the stand-in never does. */
async function answering(handle: http.RequestListener): Promise<ManagementApiClient> {
  return clientOf(await servers.answering(handle), sandbox.clock);
}

test("reads a project; one that does not exist is undefined", async () => {
  expect(await sandbox.client.project(ref)).toMatchObject({ ref, status: "ACTIVE_HEALTHY", database: { version: "15.8.1.085" } });
  expect(await sandbox.client.project("z".repeat(20))).toBeUndefined();
  expect(await sandbox.client.addon("z".repeat(20), "pitr")).toBeUndefined();
  expect(await sandbox.client.addon(ref, "pitr")).toBeNull();
});

test("selects and removes an add-on", async () => {
  await sandbox.client.selectAddon(ref, "pitr", "pitr_14");
  expect(await sandbox.client.addon(ref, "pitr")).toBe("pitr_14");
  await sandbox.client.removeAddon(ref, "pitr_14");
  expect(await sandbox.client.addon(ref, "pitr")).toBeNull();
});

test("waits as long as Retry-After asks for", async () => {
  sandbox.faults.set([{ match: {}, fault: "429", retryAfterSeconds: 30 }]);
  await sandbox.client.project(ref);
  expect(sandbox.slept).toEqual([30_250]);
});

test("repeats after 500 and after a broken connection, with growing pauses", async () => {
  sandbox.faults.set([
    { match: {}, fault: "500" },
    { match: {}, fault: "drop", times: 2 },
    { match: {}, fault: "500" },
  ]);
  await sandbox.client.project(ref);
  expect(sandbox.slept).toEqual([250, 500, 1000, 2000]);
});

test("gives up at the deadline, with the reason and the number of attempts", async () => {
  sandbox.faults.set([{ match: {}, fault: "500", times: Infinity }]);
  const began = sandbox.clock.now();
  const message = await refusal(sandbox.client.project(ref));
  expect(message).toMatch(
    /^CHI-C633 GET \/v1\/projects\/abcdefghijklmnopqrst: 500 Internal server error, given up after \d+ attempts \(at most 120 s\)/,
  );
  expect(sandbox.clock.now() - began).toBeLessThanOrEqual(120_000);
  expect(sandbox.slept.length).toBeGreaterThan(10);
});

test("does not wait for a Retry-After beyond the deadline", async () => {
  sandbox.faults.set([{ match: {}, fault: "429", retryAfterSeconds: 3600 }]);
  expect(await refusal(sandbox.client.project(ref))).toMatch(/^CHI-C633 .*429 .*after 1 attempt /);
  expect(sandbox.slept).toEqual([]);
});

test("a server that cannot be reached", async () => {
  await sandbox.api.stop();
  expect(await refusal(sandbox.client.project(ref))).toMatch(/^CHI-C633 .*no answer \(ECONNREFUSED\)/);
  sandbox = await standIn();
});

test("a refusal is not repeated: status, the vendor's message and what to do", async () => {
  const other = clientOf(sandbox.api.url, sandbox.clock, "sbp_wrong");
  expect(await refusal(other.project(ref))).toBe(
    `CHI-C632 GET /v1/projects/${ref}: 401 Unauthorized: check SUPABASE_ACCESS_TOKEN; it may be revoked or of another account`,
  );
  expect(await refusal(sandbox.client.selectAddon(ref, "pitr", "ipv4_default"))).toMatch(
    /^CHI-C632 PATCH .*: 400 Addon variant ipv4_default is not/,
  );
  expect(sandbox.slept).toEqual([]);
});

test("a token that the vendor echoes, and a message of many lines, are cleaned", async () => {
  const client = await answering((request, response) => {
    response.writeHead(403, { "content-type": "application/json" });
    response.end(JSON.stringify({ message: `not allowed:\n${request.headers.authorization}\n${"x".repeat(5000)}` }));
  });
  const message = await refusal(client.project(ref));
  expect(message).toMatch(/^CHI-C632 .*403 not allowed: Bearer \[token\] x+…$/);
  expect(message.length).toBeLessThan(700);
});

test("a redirect is not followed: the token is for one host", async () => {
  const seen: Array<string | undefined> = [];
  const target = await servers.answering((request, response) => {
    seen.push(request.headers.authorization);
    response.end("{}");
  });
  const client = await answering((_request, response) => response.writeHead(302, { location: `${target}/` }).end());
  expect(await refusal(client.project(ref))).toMatch(/^CHI-C633/);
  expect(seen).toEqual([]);
});

test.each([
  ["not JSON", "<html>", /^CHI-C634 .*not JSON/],
  ["of another shape", '{"ref":5}', /^CHI-C634 .*ref /],
])("an answer that is %s", async (_what, body, expected) => {
  const client = await answering((_request, response) => response.end(body));
  expect(await refusal(client.project(ref))).toMatch(expected);
});

test("a proxy's error page has no message to show", async () => {
  const client = await answering((_request, response) => response.writeHead(400).end("<html>"));
  expect(await refusal(client.project(ref))).toMatch(/400 \(no message\)/);
});

test("waits for a project that is coming up, and not for one that failed", async () => {
  const states = ["COMING_UP", "RESTARTING", "ACTIVE_HEALTHY"];
  const project = (status: string | undefined): string => JSON.stringify({ ref, name: "p", status, database: { host: "db", version: "15.8.1.085" } });
  const starting = await answering((_request, response) => response.end(project(states.shift())));
  expect((await starting.healthyProject(ref)).status).toBe("ACTIVE_HEALTHY");
  expect(sandbox.slept).toHaveLength(2);
  const failed = await answering((_request, response) => response.end(project("INIT_FAILED")));
  expect(await refusal(failed.healthyProject(ref))).toMatch(/^CHI-C635 .* is INIT_FAILED, not ACTIVE_HEALTHY/);
  expect(await refusal(sandbox.client.healthyProject("z".repeat(20)))).toMatch(/^CHI-C635 .*not visible after 600 s/);
});

test("from the environment, with its checks", () => {
  expect(() => ManagementApiClient.fromEnvironment({})).toThrow("CHI-C630");
  expect(() => ManagementApiClient.fromEnvironment({ SUPABASE_ACCESS_TOKEN: canary, CHISAN_TARGET: "sandbox" })).toThrow("CHI-C631");
});
