/** `dr kit` as it is typed: on a real S3 endpoint, a gateway that judges signatures, and a made-up stack. */
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Command } from "commander";
import { putCredentials, startTestObjectStore, type TestCredentials, type TestObjectStore } from "../../sandbox/services/r2/testing";
import { scopeKey, signatureProblem } from "../../workers/file-versions/signature";
import { ObjectStore } from "../backup/object-store/object-store";
import { canary, identities, stackValuesOfProd } from "../dr/kit/test-support/made-up-stack";
import { addDrKit } from "./dr-kit";

let bucket: TestObjectStore;
let gateway: Server;
let directory: string;
let values: ReturnType<typeof stackValuesOfProd>;
let identity = identities.dr;
let operatorKey: string;
let expired: TestCredentials;
let stranger: TestCredentials;

jest.mock("../dr/kit/stack-values", () => ({ stackValues: () => Promise.resolve(values) }));
jest.mock("../engine/target", () => ({ chooseTarget: () => Promise.resolve({}) }));
jest.mock("../connections/stack-connections", () => ({ openConnections: () => ({ backupIdentity: () => Promise.resolve(identity) }) }));
jest.mock("../../sandbox/control/session", () => ({ openSession: () => Promise.resolve({ running: { s3Url: bucket.url } }) }));
jest.mock("../../sandbox/control/running-files", () => ({
  runningFiles: () => Promise.resolve({ workers: { "chisan-prod-files-gateway": gatewayUrl() }, offsetSeconds: 0 }),
}));

const gatewayUrl = () => `http://127.0.0.1:${(gateway.address() as AddressInfo).port}`;

beforeAll(async () => {
  bucket = await startTestObjectStore({ bucket: "chisan-backups" });
  const store = new ObjectStore({ endpoint: bucket.url, bucket: bucket.bucket, ...bucket.writer });
  await store.put("database/daily/20261123T030000Z/roles.sql.zst.age", "one");
  await store.put("database/manual/20261123T040000Z/roles.sql.zst.age", "two");
  store.close();
  expired = await putCredentials(bucket.world, "chisan-backups", "read", { expiresOn: "2020-01-01T00:00:00Z" });
  stranger = await putCredentials(bucket.world, "another-bucket", "read");
  operatorKey = await scopeKey("the gateway's secret", "operator");
  gateway = createServer((request, response) => {
    void signatureProblem(request.method ?? "", new URL(request.url ?? "", gatewayUrl()), [operatorKey], new Date()).then((problem) => {
      response.writeHead(problem === undefined ? 200 : 403, { "content-type": "application/json" });
      response.end(JSON.stringify(problem === undefined ? { files: [], truncated: false } : { error: problem }));
    });
  });
  await new Promise<void>((resolve) => gateway.listen(0, "127.0.0.1", resolve));
});

afterAll(async () => {
  await bucket.stop();
  gateway.closeAllConnections();
  await new Promise((resolve) => gateway.close(resolve));
});

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "chisan-dr-kit-"));
  identity = identities.dr;
  values = stackValuesOfProd();
  values.outputs["backupsReader"] = bucket.reader;
  values.outputs["filesGateway"] = { url: "https://files.chisan.app", operatorKey };
});

afterEach(() => rmSync(directory, { recursive: true, force: true }));

async function chisan(...words: string[]): Promise<{ out: string; said: string; error: string }> {
  const result = { out: "", said: "", error: "" };
  const out = jest.spyOn(process.stdout, "write").mockImplementation((text) => ((result.out += String(text)), true));
  const said = jest.spyOn(process.stderr, "write").mockImplementation((text) => ((result.said += String(text)), true));
  const program = new Command().exitOverride();
  addDrKit(program);
  try {
    await program.parseAsync(["kit", "--kit", join(directory, "prod.kit.age"), ...words], { from: "user" });
  } catch (error) {
    result.error = (error as Error).message;
  } finally {
    out.mockRestore();
    said.mockRestore();
  }
  const all = JSON.stringify(result);
  for (const secret of [canary, operatorKey, bucket.reader.secretAccessKey, expired.secretAccessKey, "AGE-SECRET-KEY-1"]) expect(all).not.toContain(secret);
  return result;
}

test("made, made again, and checked: with --json the payload alone is on stdout", async () => {
  const file = join(directory, "prod.kit.age");
  const made = JSON.parse((await chisan("--json")).out) as object;
  expect(made).toEqual({ stack: "prod", file, changed: true, madeAt: expect.any(String) as string });
  expect(JSON.parse((await chisan("--json")).out)).toEqual({ ...made, changed: false });
  const checked = await chisan("--check", "--json");
  // There are folders, but none with a manifest.
  expect(checked.error).toBe("CHI-H032 the recovery kit of prod opens, but its vault has no recovery point, so nothing could be restored: npx chisan backup run --stack prod --kind daily");
  expect(JSON.parse(checked.out)).toEqual({
    stack: "prod", file, madeAt: expect.any(String) as string, apiImage: "registry.example/api:1.2.3", encryptionKeyGeneration: 2,
    backups: `chisan-backups at ${new URL(bucket.url).host}`, backupFolders: 2, latestBackup: null, files: gatewayUrl(),
  });
  expect((await chisan("--check")).out).toMatch(/opens, made .*\n {2}backups: chisan-backups at .*, 2 there, newest recovery point: NONE\n {2}files: .* answers to its key\n/);
  expect(readFileSync(file, "utf8")).not.toContain(bucket.reader.accessKeyId);
});

test.each([
  ["expired", () => expired],
  ["another bucket's", () => stranger],
  ["unknown", () => ({ accessKeyId: "0".repeat(32), secretAccessKey: "1".repeat(64) })],
  ["wrong by its secret", () => ({ ...bucket.reader, secretAccessKey: "1".repeat(64) })],
])("a key to the backups that is %s is found out", async (_what, credentials) => {
  values.outputs["backupsReader"] = credentials();
  await chisan();
  expect((await chisan("--check")).error).toMatch(/^CHI-H030 the recovery kit of prod holds a key that is refused, so it would open nothing in a disaster \(CHI-A010 the credentials for chisan-backups at .*\): make it anew: npx chisan dr kit$/);
});

test("so is a key to the files that the gateway does not know", async () => {
  values.outputs["filesGateway"] = { url: "https://files.chisan.app", operatorKey: await scopeKey("a secret of before", "operator") };
  await chisan();
  expect((await chisan("--check")).error).toMatch(/^CHI-H030 .*CHI-F102 the files gateway refuses GET \/present: /);
});

test("a missing kit and a private key that does not fit are told", async () => {
  expect((await chisan("--check")).error).toMatch(/^CHI-H026 /);
  await chisan();
  identity = identities.stranger;
  expect((await chisan("--check")).error).toMatch(/^CHI-H023 /);
});
