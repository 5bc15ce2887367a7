import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createHash } from "node:crypto";
import type { WorldRecord } from "../../../sandbox/world/world";
import { openWorld } from "../../../sandbox/world/open-world";
import { readWorld } from "../../../sandbox/world/read-world";
import { s3KeyOfToken, variablesOfService } from "./vendors";

const folder = mkdtempSync(join(tmpdir(), "chisan-vendors-"));
afterAll(() => rmSync(folder, { recursive: true }));

const record = (type: string, id: string, inputs: object, outputs: object = {}): WorldRecord =>
  ({ type, id, urns: [], inputs, outputs, secretPaths: [], createdAt: "2026-11-23T00:00:00Z" }) as unknown as WorldRecord;
const service = record("gcp:cloudrunv2/service:Service", "projects/p/locations/r/services/chisan-prod-api", {
  template: { containers: [{ envs: [{ name: "PLAIN", value: "one" }, { name: "SECRET", valueSource: { secretKeyRef: { secret: "s", version: "2" } } }] }] },
});
const version = (number: number) => record("gcp:secretmanager/secretVersion:SecretVersion", `projects/p/secrets/s/versions/${number}`, { secretData: `value ${number}` });

test("the world, as the sandbox wrote it: what was replaced is new, what was deleted is gone", async () => {
  const world = await openWorld(folder);
  await world.apply([{ put: version(1) }, { put: service }]);
  await world.apply([{ put: { ...version(1), inputs: { secretData: "again" } } }, { put: version(2) }]);
  await world.apply([{ delete: { type: service.type, id: service.id } }]);
  expect(readWorld(folder).map(({ id, inputs }) => [id, inputs["secretData"]])).toEqual([[version(1).id, "again"], [version(2).id, "value 2"]]);
  await world.close();
  expect(readWorld(join(folder, "absent"))).toEqual([]);
});

test("a line that is still in writing is not read", () => {
  const torn = mkdtempSync(join(folder, "torn-"));
  writeFileSync(join(torn, "world.journal"), `xxxxxxxx {"chisanWorld":1}\nxxxxxxxx ${JSON.stringify([{ put: version(1) }])}\nxxxxxxxx [{"put":{"ty`);
  expect(readWorld(torn)).toEqual([version(1)]);
});

test("a service's variables, with the version of each secret that it names", () => {
  expect(variablesOfService([version(1), version(2), service], "chisan-prod-api")).toEqual({ PLAIN: "one", SECRET: "value 2" });
});

test("no such service, a version that is gone, no such token: a line each, without a secret", () => {
  expect(() => variablesOfService([], "chisan-prod-api")).toThrow(/^CHI-H161 there is no Cloud Run service chisan-prod-api/);
  expect(() => variablesOfService([service, version(1)], "chisan-prod-api")).toThrow(/^CHI-H161 SECRET of chisan-prod-api is version 2 of s, which does not exist/);
  expect(() => s3KeyOfToken([], "leak")).toThrow(/^CHI-H162 the account has no token leak/);
});

test("an S3 key is the token's id and the SHA-256 of its value", () => {
  const token = record("cloudflare:index/accountToken:AccountToken", "t", { name: "leak" }, { id: "the-id", value: "the-value" });
  expect(s3KeyOfToken([token], "leak")).toEqual({ accessKeyId: "the-id", secretAccessKey: createHash("sha256").update("the-value").digest("hex") });
});
