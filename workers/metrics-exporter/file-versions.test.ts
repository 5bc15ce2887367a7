import fc from "fast-check";
import { fileVersions, readFileVersions } from "./file-versions";
import { type FilesGatewayStandIn, keeperStatus, startFilesGateway, statusKey } from "./test-support/files-gateway";

const never = new AbortController().signal;
let gateway: FilesGatewayStandIn;
beforeEach(async () => {
  gateway = await startFilesGateway();
});
afterEach(() => gateway.stop());

const read = (key = statusKey, now = (): Date => new Date()) => readFileVersions({ gatewayUrl: gateway.url, statusKey: key }, never, now);

test("the keeper's numbers, as the gateway says them", async () => {
  expect(await read()).toEqual({ lag: 7.5, lostLastDay: 3, sweepAge: 240 });
  expect(gateway.seen).toEqual(["GET /status 200"]);
});

test("the gateway's own check refuses another key, and an address of two minutes ago", async () => {
  await expect(read("c4n4ry-other-key")).rejects.toThrow(
    /^CHI-X013 the files gateway answered HTTP 403, expected 200: the signature is not accepted, deploy the present key with npx pulumi up$/,
  );
  await expect(read(statusKey, () => new Date(Date.now() - 120_000))).rejects.toThrow("CHI-X013 the files gateway answered HTTP 403");
});

test.each([500, 404, 204])("HTTP %i is told in one line, without what the answer says", async (status) => {
  gateway.answer = { status, body: statusKey };
  await expect(read()).rejects.toThrow(
    new RegExp(`^CHI-X013 the files gateway answered HTTP ${status}, expected 200: see www\\.cloudflarestatus\\.com$`),
  );
});

test("nobody at the address", async () => {
  await gateway.stop();
  const failure = String(await read().catch(String));
  // Why not: the process's test (exporter.test.ts). Within Jest, the failure of Node's fetch is no Error of the test's own world.
  expect(failure).toMatch(/CHI-X013 the files gateway cannot be reached \(.+\): see www\.cloudflarestatus\.com$/);
  // Neither the key nor a signature that is still good.
  expect(failure).not.toMatch(/c4n4ry|signature|\n/);
});

test("an aborted call ends with the reason of the abort", async () => {
  const reason = new Error("over");
  await expect(readFileVersions({ gatewayUrl: gateway.url, statusKey }, AbortSignal.abort(reason))).rejects.toBe(reason);
});

test("a sweep that never ran has no age; a sweep of this moment has 0", () => {
  expect(fileVersions(keeperStatus({ sweepAgeSeconds: -1 })).sweepAge).toBeUndefined();
  expect(fileVersions(keeperStatus({ sweepAgeSeconds: 0 })).sweepAge).toBe(0);
});

test("every number of 0 or more comes through as it is", () => {
  const number = fc.double({ min: 0, max: 1e12, noNaN: true }).map((value) => value + 0);
  fc.assert(
    fc.property(number, fc.nat(), number, (lagSeconds, lostLastDay, sweepAgeSeconds) => {
      expect(fileVersions(keeperStatus({ lagSeconds, lostLastDay, sweepAgeSeconds }))).toEqual({
        lag: lagSeconds,
        lostLastDay,
        sweepAge: sweepAgeSeconds,
      });
    }),
  );
});

test.each([
  ["no JSON", "<html>c4n4ry"],
  ["no object", "null"],
  ["no object", '"c4n4ry"'],
  ["no sweepAgeSeconds of 0 or more", "{}"],
  ["no lagSeconds of 0 or more", keeperStatus({ lagSeconds: -1 })],
  ["no lagSeconds of 0 or more", keeperStatus({ lagSeconds: Number.NaN })],
  ["no lostLastDay of 0 or more", keeperStatus({ lostLastDay: -1 })],
  ["no lostLastDay of 0 or more", JSON.stringify({ lagSeconds: 0, sweepAgeSeconds: 0, lostLastDay: "3" })],
  ["no sweepAgeSeconds of 0 or more", keeperStatus({ sweepAgeSeconds: -2 })],
  ["no lagSeconds of 0 or more", keeperStatus().replace("7.5", "1e999")],
  [`${65_537} characters, the limit is ${65_536}`, `{}${" ".repeat(65_535)}`],
])("%s: an error, not a number, and nothing of the answer is quoted", (what, text) => {
  expect(() => fileVersions(text)).toThrow(
    `CHI-X014 the files gateway's status has ${what}: deploy the gateway and the exporter of one version with npx pulumi up`,
  );
  expect(() => fileVersions(text)).not.toThrow(/c4n4ry/);
});
