import fc from "fast-check";
import { isLocked } from "../../sandbox/services/r2/lock-rules";
import { isOfBucket, lockedUntil, stackBuckets, type ExportedResource } from "./state-buckets";

const urn = (type: string, name: string) => `urn:pulumi:chisan-dr::chisan::${type}::${name}`;
const provider: ExportedResource = { urn: urn("pulumi:providers:cloudflare", "default"), type: "pulumi:providers:cloudflare", parent: urn("pulumi:pulumi:Stack", "chisan-chisan-dr") };
const stack: ExportedResource = { urn: urn("pulumi:pulumi:Stack", "chisan-chisan-dr"), type: "pulumi:pulumi:Stack" };
const files: ExportedResource = { urn: urn("chisan:infrastructure:FileStore", "files"), type: "chisan:infrastructure:FileStore", parent: stack.urn };
const on = (kind: string, name: string, inputs: Record<string, unknown>, more: Partial<ExportedResource> = {}): ExportedResource => ({
  urn: urn(`cloudflare:index/${kind}`, name), type: `cloudflare:index/${kind.charAt(0).toLowerCase()}${kind.slice(1)}:${kind}`, parent: files.urn, provider: `${provider.urn}::some-id`, inputs, ...more,
});
const bucket = (name: string) => on("R2Bucket", name, { name, accountId: "account" });
const rules = [{ enabled: true, prefix: "", condition: { type: "Age", maxAgeSeconds: 31 * 86_400 } }];
const vault = bucket("vault");
const resources = [
  stack, provider, files, vault, bucket("open"),
  on("R2BucketLock", "vault-lock", { bucketName: "vault", rules }, { dependencies: [vault.urn] }),
  on("R2ManagedDomain", "vault-public", { bucketName: "vault" }),
  on("R2BucketCors", "cors", { bucketName: "vault" }),
  on("WorkersScript", "keeper", {}, { dependencies: [vault.urn] }),
];

test("a bucket stays with its lock, with what keeps it closed, and with all that these need in the state; nothing else does", () => {
  const [first, second] = stackBuckets(resources);
  expect(first).toMatchObject({ name: "vault", accountId: "account", rules });
  expect([...(first?.urns ?? [])].sort()).toEqual([vault.urn, urn("cloudflare:index/R2BucketLock", "vault-lock"), urn("cloudflare:index/R2ManagedDomain", "vault-public"), files.urn, provider.urn, stack.urn].sort());
  expect(second).toMatchObject({ name: "open", rules: [] });
  expect(resources.filter(isOfBucket).map(({ urn: each }) => each.split("::").at(-1))).toEqual(["vault", "open", "vault-lock", "vault-public"]);
});

const second = 1000;
const rule = fc.record({
  enabled: fc.option(fc.boolean(), { nil: undefined }),
  prefix: fc.constantFrom(undefined, "", "daily/", "reports/"),
  condition: fc.oneof(
    fc.record({ type: fc.constant("Age"), maxAgeSeconds: fc.integer({ min: 1, max: 100 }) }),
    fc.record({ type: fc.constant("Date"), date: fc.integer({ min: 0, max: 200 }).map((at) => new Date(at * second).toISOString()) }),
    fc.constant({ type: "Indefinite" }),
  ),
});

test("whatever the rules, an object is locked exactly until the moment at which the object store lets it go", () => {
  fc.assert(
    fc.property(fc.array(rule, { maxLength: 4 }), fc.constantFrom("daily/a", "reports/b", "other"), fc.integer({ min: 0, max: 100 }), fc.integer({ min: 0, max: 300 }), (given, key, uploaded, now) => {
      const until = lockedUntil(given as never, { key, lastModified: new Date(uploaded * second) });
      expect(now * second < until).toBe(isLocked(given as never, { key, uploaded: uploaded * second }, now * second));
    }),
  );
});

test("a rule of an unknown kind is not taken for none", () => {
  expect(() => lockedUntil([{ condition: { type: "Legal" } }], { key: "a", lastModified: new Date() })).toThrow(/^CHI-O024 /);
});
