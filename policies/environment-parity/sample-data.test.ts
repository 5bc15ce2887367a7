import { judge, unknown, type Fixture } from "../test-support/judge";
import { sampleData } from "./sample-data";

const job = (value: unknown): Fixture => ({
  type: "gcp:cloudrunv2/job:Job",
  name: "job",
  inputs: { template: { template: { containers: [{ image: unknown, envs: [{ name: "BUCKET", value }] }] } } },
});
const said = async (resource: Fixture, stack: string) => (await judge(sampleData, [resource], stack)).violations.map((text) => text.split("; fix:")[0]);

test.each(["chisan-files", "chisan-backups", "chisan-files-vault", "s3://chisan-backups/daily", "chisan-prod-database-url", "chisan-dr-backups-reader", "chisan-files-dr"])(
  "staging may not name %s",
  async (name) => {
    expect(await said(job(name), "staging")).toEqual([expect.stringMatching(/^job: it names chisan-.*, which is (prod|chisan-dr)'s; staging's data: anonymized prod copy$/)]);
  },
);

test.each(["chisan-files-staging", "chisan-backups-staging", "chisan-staging-database-url", "chisan-platform", "chisan-filesystem", "my-chisan-files", "prod"])(
  "staging may name %s",
  async (name) => {
    expect(await said(job(name), "staging")).toEqual([]);
  },
);

test.each(["prod", "chisan-dr"])("%s holds real data itself", async (stack) => {
  expect(await said(job("chisan-backups"), stack)).toEqual([]);
});

test("keys of a map count too: a token's resources are named there", async () => {
  const token = (bucket: string): Fixture => ({
    type: "cloudflare:index/accountToken:AccountToken",
    name: "token",
    inputs: { policies: [{ resources: JSON.stringify({ [`com.cloudflare.edge.r2.bucket.0_default_${bucket}`]: "*" }) }] },
  });
  expect(await said(token("chisan-backups"), "staging")).toHaveLength(1);
  expect(await said(token("chisan-backups-staging"), "staging")).toEqual([]);
  expect(await said({ ...job("x"), inputs: { labels: { "chisan-prod-api": "x" } } }, "staging")).toHaveLength(1);
});

test("each name is said once; an unknown stack is taken for one without real data", async () => {
  const twice: Fixture = { ...job("chisan-files"), inputs: { a: "chisan-files", b: ["chisan-files"] } };
  expect(await said(twice, "prod-2")).toEqual([expect.stringContaining("prod-2's data: not in the parity table")]);
});

test("what is not known yet is not decided, and hides nothing that is", async () => {
  const half: Fixture = { ...job("x"), inputs: { a: unknown, b: [unknown, { c: "chisan-backups" }] } };
  const { violations, undecided } = await judge(sampleData, [half], "staging");
  expect(violations).toHaveLength(1);
  expect(undecided).toEqual(["sample-data job"]);
});
