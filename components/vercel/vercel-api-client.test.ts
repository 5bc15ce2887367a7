import type * as http from "node:http";
import { type VercelStandIn, canary, place, refusal, vercelClientOf, vercelStandIn } from "./test-support/stand-in";
import { VercelApiClient } from "./vercel-api-client";
import { quietServers } from "../vendor-api/test-support/quiet-servers";

let sandbox: VercelStandIn;
const servers = quietServers(canary, () => sandbox.api.stop());

beforeEach(async () => {
  sandbox = await vercelStandIn();
});

/** A server that answers as told, for what the stand-in never does. */
async function answering(handle: http.RequestListener): Promise<VercelApiClient> {
  return vercelClientOf(await servers.answering(handle), sandbox.clock);
}

test("off before it is switched on, on, off again, and on again", async () => {
  const seen = [await sandbox.client.webAnalytics(place)];
  for (const value of [true, true, false, false, true]) {
    await sandbox.client.switchWebAnalytics(place, value);
    seen.push(await sandbox.client.webAnalytics(place));
  }
  expect(seen).toEqual([false, true, true, false, false, true]);
});

test("a project that does not exist, or is another team's, is undefined", async () => {
  expect(await sandbox.client.webAnalytics({ ...place, projectId: "prj_other" })).toBeUndefined();
  expect(await sandbox.client.webAnalytics({ ...place, teamId: "team_other" })).toBeUndefined();
});

test("the requests are exactly the vendor's: path, query, headers, body", async () => {
  const seen: unknown[] = [];
  const client = await answering((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const { authorization, "content-type": type } = request.headers;
      seen.push([request.method, request.url, authorization, type, Buffer.concat(chunks).toString()]);
      response.end(request.method === "GET" ? JSON.stringify({ id: place.projectId }) : '{"value":true}');
    });
  });
  await client.webAnalytics(place);
  await client.switchWebAnalytics(place, true);
  const { projectId, teamId } = place;
  expect(seen).toEqual([
    ["GET", `/v9/projects/${projectId}?teamId=${teamId}`, `Bearer ${canary}`, undefined, ""],
    ["POST", `/web/insights/toggle?projectId=${projectId}&teamId=${teamId}`, `Bearer ${canary}`, "application/json", '{"value":true}'],
  ]);
});

test.each([
  ["never switched on", undefined, false],
  ["null", null, false],
  ["on, of a time without times", { id: "a" }, true],
  ["on", { id: "a", enabledAt: 5 }, true],
  ["off", { id: "a", enabledAt: 5, disabledAt: 6 }, false],
  ["off in the same millisecond", { id: "a", enabledAt: 5, disabledAt: 5 }, false],
  ["off, never on", { id: "a", disabledAt: 6 }, false],
  ["on again", { id: "a", enabledAt: 7, disabledAt: 6 }, true],
  ["cancelled", { id: "a", enabledAt: 5, canceledAt: 6 }, false],
  ["on again after a cancellation", { id: "a", enabledAt: 7, canceledAt: 6, disabledAt: null, hasData: true }, true],
])("the vendor's times: %s", async (_what, webAnalytics, expected) => {
  const client = await answering((_request, response) => response.end(JSON.stringify({ id: place.projectId, webAnalytics })));
  expect(await client.webAnalytics(place)).toBe(expected);
});

test("waits as long as Retry-After asks for; repeats after 500 and after a broken connection, with growing pauses", async () => {
  sandbox.faults.set([
    { match: {}, fault: "429", retryAfterSeconds: 30 },
    { match: {}, fault: "500" },
    { match: {}, fault: "drop", times: 2 },
  ]);
  await sandbox.client.switchWebAnalytics(place, true);
  expect(sandbox.slept).toEqual([30_250, 500, 1000, 2000]);
  expect(await sandbox.client.webAnalytics(place)).toBe(true);
});

test("gives up at the deadline, with the reason and the number of attempts", async () => {
  sandbox.faults.set([{ match: {}, fault: "500", times: Infinity }]);
  const began = sandbox.clock.now();
  expect(await refusal(sandbox.client.webAnalytics(place))).toMatch(
    /^CHI-C643 GET \/v9\/projects\/prj_\w+\?teamId=team_\w+: 500 An unexpected internal error occurred, given up after \d+ attempts \(at most 120 s\)/,
  );
  expect(sandbox.clock.now() - began).toBeLessThanOrEqual(120_000);
});

test("a server that cannot be reached", async () => {
  await sandbox.api.stop();
  expect(await refusal(sandbox.client.webAnalytics(place))).toMatch(/^CHI-C643 .*no answer \(ECONNREFUSED\)/);
  sandbox = await vercelStandIn();
});

test("a refusal is not repeated: status, the vendor's message and what to do", async () => {
  const other = vercelClientOf(sandbox.api.url, sandbox.clock, "vcp_wrong");
  expect(await refusal(other.webAnalytics(place))).toMatch(/^CHI-C642 GET .*: 403 Not authorized: check that VERCEL_API_TOKEN has not expired/);
  expect(await refusal(sandbox.client.webAnalytics({ ...place, teamId: "no team" }))).toMatch(/: 403 Not authorized: Trying to access resource under scope "no team"/);
  expect(await refusal(sandbox.client.switchWebAnalytics({ ...place, projectId: "prj_other" }, true))).toMatch(
    /^CHI-C642 POST .*: 404 Project not found\.: check the project's id and team/,
  );
  expect(sandbox.slept).toEqual([]);
});

test("a token that the vendor echoes is cleaned, in a refusal as in what is given up", async () => {
  let status = 403;
  const client = await answering((request, response) => {
    response.writeHead(status, { "content-type": "application/json" });
    response.end(JSON.stringify({ error: { code: "forbidden", message: `not allowed:\n${request.headers.authorization}` } }));
  });
  expect(await refusal(client.webAnalytics(place))).toMatch(/^CHI-C642 .*403 not allowed: Bearer \[token\]: /);
  status = 503;
  expect(await refusal(client.webAnalytics(place))).toMatch(/^CHI-C643 .*503 not allowed: Bearer \[token\], given up/);
});

test.each([
  ["not JSON", "<html>", /^CHI-C644 .*not JSON: check VERCEL_API_URL/],
  ["of another shape", '{"id":5}', /^CHI-C644 .*id .*correct components\/vercel\/vercel-api-client\.ts/],
])("an answer that is %s", async (_what, body, expected) => {
  const client = await answering((_request, response) => response.end(body));
  expect(await refusal(client.webAnalytics(place))).toMatch(expected);
});

test("an answer that says the opposite is no success", async () => {
  const client = await answering((_request, response) => response.end('{"value":false}'));
  expect(await refusal(client.switchWebAnalytics(place, true))).toMatch(/^CHI-C646 .* was switched on, but the vendor answers that it is off/);
});

test("from the environment, with its checks", () => {
  expect(() => VercelApiClient.fromEnvironment({})).toThrow("CHI-C640");
  expect(() => VercelApiClient.fromEnvironment({ VERCEL_API_TOKEN: canary, CHISAN_TARGET: "sandbox" })).toThrow("CHI-C641");
});
