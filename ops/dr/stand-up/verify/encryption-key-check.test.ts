import { encryptionKey } from "../../kit/test-support/made-up-stack";
import type { DeployedResource } from "../deployed-resources";
import { runChecks } from "./check";
import { keyChecks } from "./encryption-key-check";

const reference = (name: string, version: string) => ({ name, valueSource: { secretKeyRef: { secret: "chisan-dr-encryption-key", version } } });
const service = (location: string, envs: readonly object[]): DeployedResource => ({
  type: "gcp:cloudrunv2/service:Service", name: `api-${location}`, id: location, outputs: {}, inputs: { name: "chisan-dr-api", location, template: { containers: [{ envs }] } },
});
const secretVersion = (version: string, secretData: string): DeployedResource => ({
  type: "gcp:secretmanager/secretVersion:SecretVersion", name: `v${version}`, id: `projects/1/secrets/chisan-dr-encryption-key/versions/${version}`, inputs: { secretData }, outputs: {},
});
const { current, previous } = encryptionKey;
const versions = [secretVersion("1", previous.value), secretVersion("2", current.value), secretVersion("3", Buffer.from("another key canary, of 32 bytes..").toString("base64"))];
const both = [reference("ENCRYPTION_KEY", "2"), reference("ENCRYPTION_KEY_PREVIOUS", "1")];

async function checked(envs: readonly object[], key: Parameters<typeof keyChecks>[0]["key"] = encryptionKey, second: readonly object[] = envs) {
  const resources = [service("asia-northeast1", envs), service("asia-northeast2", second), ...versions];
  const results = await runChecks(keyChecks({ resources, apiName: "chisan-dr-api", key }), () => undefined, new AbortController().signal);
  for (const { inputs } of versions) expect(JSON.stringify(results)).not.toContain(inputs["secretData"]);
  return results.map(({ ok, detail }) => `${ok ? "ok" : "no"}: ${detail}`);
}

test("each of the API's services is given the kit's, current and previous", async () => {
  expect(await checked(both)).toEqual(["ok: API in asia-northeast1 and API in asia-northeast2 are given prod's, generation 2 (compared by SHA-256)"]);
  expect(await checked([reference("ENCRYPTION_KEY", "2")], { current })).toMatchObject([expect.stringMatching(/^ok: /)]);
});

test.each<[string, readonly object[], RegExp]>([
  ["a key of its own", [reference("ENCRYPTION_KEY", "3"), both[1] as object], /another ENCRYPTION_KEY than the kit's/],
  ["none", [both[1] as object], /is given no ENCRYPTION_KEY;|is given no ENCRYPTION_KEY:/],
  ["without the previous one", [both[0] as object], /is given no ENCRYPTION_KEY_PREVIOUS/],
  ["the two interchanged", [reference("ENCRYPTION_KEY", "1"), reference("ENCRYPTION_KEY_PREVIOUS", "2")], /another ENCRYPTION_KEY than the kit's; .*another ENCRYPTION_KEY_PREVIOUS/],
])("%s in one region is found", async (_what, envs, words) => {
  const [line = ""] = await checked(both, encryptionKey, envs);
  expect(line).toMatch(/^no: API in asia-northeast2 /);
  expect(line).toMatch(words);
});

test("a previous one that the data do not have, and an API that is not there, are found", async () => {
  expect(await checked(both, { current })).toMatchObject([expect.stringContaining("an unexpected ENCRYPTION_KEY_PREVIOUS")]);
  const none = await runChecks(keyChecks({ resources: versions, apiName: "chisan-dr-api", key: encryptionKey }), () => undefined, new AbortController().signal);
  expect(none).toMatchObject([{ ok: false, detail: "there is no API chisan-dr-api" }]);
});

test("a kit without a key has nothing to compare with", async () => expect(await checked(both, null)).toEqual([]));
