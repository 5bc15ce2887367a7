import { createHash } from "node:crypto";
import fc from "fast-check";
import { cloudflareMocks, testAccount, testPermissions, tokenValue } from "./test-support/cloudflare";
import { type RecordedResource, isSecret, names, ofType, only, promiseOf, recordResources } from "./test-support/mocks";
import { refusals } from "./test-support/vendor-rules";
import {
  type R2CredentialsArgs,
  R2Credentials,
  bucketResource,
  lookUpR2Permissions,
  permissionId,
  s3SecretKey,
} from "./r2-credentials";

const tokenType = "cloudflare:index/accountToken:AccountToken";

const args: R2CredentialsArgs = {
  slug: "prod",
  accountId: testAccount,
  purpose: "files-api",
  bucketName: "chisan-files",
  access: "read and write",
  permissions: testPermissions,
  generations: { current: 1 },
};

async function recorded(change: Partial<R2CredentialsArgs> = {}): Promise<{ credentials: R2Credentials; resources: RecordedResource[] }> {
  const made: R2Credentials[] = [];
  const resources = await recordResources(() => made.push(new R2Credentials("prod-files-api", { ...args, ...change })), cloudflareMocks);
  return { credentials: made[0] as R2Credentials, resources };
}

test("a token: of the account, for one bucket, with one permission, and nothing else", async () => {
  const { resources } = await recorded();
  expect(names(resources)).toEqual([`chisan:infrastructure:R2Credentials prod-files-api`, `${tokenType} prod-files-api-g1`]);
  expect(only(resources, tokenType).inputs).toEqual({
    accountId: testAccount,
    name: "chisan-prod-files-api-g1",
    policies: [
      {
        effect: "allow",
        permissionGroups: [{ id: "id of write" }],
        resources: `{"com.cloudflare.edge.r2.bucket.${testAccount}_default_chisan-files":"*"}`,
      },
    ],
  });
  expect(refusals(resources)).toEqual([]);
});

test("a reader's token has the permission to read, and not the one to write", async () => {
  const { resources } = await recorded({ access: "read" });
  expect(JSON.stringify(only(resources, tokenType).inputs)).toContain("id of read");
  expect(JSON.stringify(only(resources, tokenType).inputs)).not.toContain("id of write");
});

test("the S3 credential is the token's id and the SHA-256 of its value, both secret", async () => {
  const { credentials } = await recorded();
  const { accessKeyId, secretAccessKey } = credentials.current;
  expect(await promiseOf(accessKeyId)).toBe("prod-files-api-g1_id");
  expect(await promiseOf(secretAccessKey)).toBe(createHash("sha256").update(tokenValue("prod-files-api-g1")).digest("hex"));
  expect(await isSecret(accessKeyId)).toBe(true);
  expect(await isSecret(secretAccessKey)).toBe(true);
  expect(credentials.previous).toBeUndefined();
});

test("SHA-256 in hexadecimal, against the published vector of FIPS 180-2", () => {
  expect(s3SecretKey("abc")).toBe("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
});

test("while rotating there are two tokens with keys of their own", async () => {
  const { credentials, resources } = await recorded({ generations: { current: 3, previous: 2 } });
  expect(ofType(resources, tokenType).map(({ inputs }) => inputs.name)).toEqual(["chisan-prod-files-api-g3", "chisan-prod-files-api-g2"]);
  const previous = credentials.previous as NonNullable<R2Credentials["previous"]>;
  expect(await promiseOf(previous.accessKeyId)).toBe("prod-files-api-g2_id");
  expect(await promiseOf(previous.secretAccessKey)).not.toBe(await promiseOf(credentials.current.secretAccessKey));
});

test("no bucket's name makes a token for anything but that bucket", () => {
  const bucket = fc.stringMatching(/^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$/);
  fc.assert(
    fc.property(bucket, (name) => {
      expect(JSON.parse(bucketResource(testAccount, name))).toEqual({
        [`com.cloudflare.edge.r2.bucket.${testAccount}_default_${name}`]: "*",
      });
    }),
  );
});

test("in a preview, with ids and values unknown, the same resources are registered", async () => {
  const preview = await recordResources(() => new R2Credentials("prod-files-api", args), { ...cloudflareMocks, preview: true });
  expect(names(preview)).toEqual(names((await recorded()).resources));
});

test("the ids of the permissions come from one call, by name", async () => {
  let calls = 0;
  const permissions: ReturnType<typeof lookUpR2Permissions>[] = [];
  await recordResources(() => permissions.push(lookUpR2Permissions(testAccount)), {
    calls: Object.fromEntries(
      Object.entries(cloudflareMocks.calls ?? {}).map(([token, answer]) => [
        token,
        (inputs: Record<string, unknown>) => {
          calls += 1;
          expect(inputs).toEqual({ accountId: testAccount, scope: "com.cloudflare.edge.r2.bucket" });
          return answer(inputs);
        },
      ]),
    ),
  });
  expect(await promiseOf((permissions[0] as typeof testPermissions).read)).toBe("id of read");
  expect(await promiseOf((permissions[0] as typeof testPermissions)["read and write"])).toBe("id of write");
  expect(calls).toBe(1);
});

test("a permission that Cloudflare does not list is named", () => {
  expect(() => permissionId([{ id: "1", name: "Zone Read" }], "read")).toThrow(
    'CHI-C401 Cloudflare lists no permission group "Workers R2 Storage Bucket Item Read", only [Zone Read]',
  );
});
