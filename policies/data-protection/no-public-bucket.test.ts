import { policyCases } from "../least-privilege/testing/mutations";
import { judge, unknown } from "../test-support/judge";
import { noPublicBucket } from "./no-public-bucket";

policyCases(noPublicBucket, {
  compliant: [
    { type: "cloudflare:index/r2ManagedDomain:R2ManagedDomain", name: "domain", inputs: { bucketName: "b", enabled: false } },
    {
      type: "cloudflare:index/r2BucketCors:R2BucketCors",
      name: "cors",
      inputs: { rules: [{ allowed: { origins: ["https://app.chisan.app"] } }] },
    },
    { type: "gcp:storage/bucket:Bucket", name: "google", inputs: { publicAccessPrevention: "enforced", uniformBucketLevelAccess: true } },
    { type: "cloudflare:index/r2CustomDomain:R2CustomDomain", name: "custom", inputs: { enabled: false } },
  ],
  refused: [
    ["domain", "enabled", true, "enabled is true for the r2.dev address; allowed: false"],
    ["domain", "enabled", undefined, "enabled is nothing for the r2.dev address"],
    ["custom", "enabled", true, "enabled is true for a domain of the bucket"],
    ["cors", "rules[0].allowed.origins[0]", "*", 'origin "*" may use the bucket'],
    ["cors", "rules[0].allowed.origins[0]", "http://app.chisan.app", 'origin "http://app.chisan.app"'],
    ["cors", "rules[0].allowed.origins[0]", "https://*.vercel.app", 'origin "https://*.vercel.app"'],
    ["google", "publicAccessPrevention", "inherited", 'publicAccessPrevention is "inherited"'],
    ["google", "publicAccessPrevention", undefined, "publicAccessPrevention is nothing"],
    ["google", "uniformBucketLevelAccess", false, "uniformBucketLevelAccess is false"],
  ],
  undecided: [
    ["domain", "enabled"],
    ["google", "publicAccessPrevention"],
  ],
});

test("an unknown hides no other violation of the same resource", async () => {
  const google = {
    type: "gcp:storage/bucket:Bucket",
    name: "google",
    inputs: { publicAccessPrevention: unknown, uniformBucketLevelAccess: false },
  };
  const { violations, undecided } = await judge(noPublicBucket, [google]);
  expect(violations).toHaveLength(1);
  expect(undecided).toHaveLength(1);
});
