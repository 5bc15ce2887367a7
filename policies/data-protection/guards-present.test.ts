import { judge } from "../test-support/judge";
import { guardsPresent } from "./guards-present";

const of = (type: string, name = type) => ({ type, name, inputs: {} });
const guarded = [
  of("gcp:secretmanager/secret:Secret", "secret-1"),
  of("gcp:secretmanager/secret:Secret", "secret-2"),
  of("gcp:cloudrunv2/service:Service"),
  of("cloudflare:index/r2Bucket:R2Bucket", "bucket-1"),
  of("cloudflare:index/r2Bucket:R2Bucket", "bucket-2"),
  of("cloudflare:index/r2BucketEventNotification:R2BucketEventNotification"),
  of("cloudflare:index/workersScript:WorkersScript"),
];
const guards = [
  of("gcp:projects/iAMAuditConfig:IAMAuditConfig"),
  of("gcp:logging/projectBucketConfig:ProjectBucketConfig"),
  of("cloudflare:index/r2ManagedDomain:R2ManagedDomain", "domain-1"),
  of("cloudflare:index/r2ManagedDomain:R2ManagedDomain", "domain-2"),
  of("cloudflare:index/queueConsumer:QueueConsumer"),
  of("cloudflare:index/workersScriptSubdomain:WorkersScriptSubdomain"),
];

test("with all guards it passes, and so does a stack with nothing to guard", async () => {
  expect(await judge(guardsPresent, [...guarded, ...guards])).toEqual({ violations: [], undecided: [] });
  expect(await judge(guardsPresent, guards)).toEqual({ violations: [], undecided: [] });
});

test.each(guards.map(({ name }) => [name]))("without %s it is refused", async (missing) => {
  const { violations } = await judge(guardsPresent, [...guarded, ...guards.filter(({ name }) => name !== missing)]);
  expect(violations).toEqual([expect.stringMatching(/prod has \d [^ ]+ and \d with .*; allowed: \d or more/)]);
});
