import { LogRetention, type LogRetentionArgs } from "./log-retention";
import { names, only, recordResources } from "./test-support/mocks";
import { refusals } from "./test-support/vendor-rules";

const args: LogRetentionArgs = { slug: "prod", project: "chisan-prod", apiService: "chisan-prod-api", realData: true };
const recorded = (change: Partial<LogRetentionArgs> = {}) => recordResources(() => new LogRetention("logs", { ...args, ...change }));
const bucket = "gcp:logging/projectBucketConfig:ProjectBucketConfig";
const exclusion = "gcp:logging/projectExclusion:ProjectExclusion";

test("with real data: 90 days, and nothing that says it is DEBUG, of the API alone", async () => {
  const resources = await recorded();
  expect(refusals(resources)).toEqual([]);
  expect(only(resources, bucket).inputs).toEqual({ project: "chisan-prod", location: "global", bucketId: "_Default", retentionDays: 90 });
  expect(only(resources, exclusion).inputs).toEqual({
    project: "chisan-prod",
    name: "chisan-prod-no-debug",
    description: "No debug logs where the data are real (section 6.5)",
    // Not `<=`: lines without a severity are below DEBUG, and are kept.
    filter: 'resource.type="cloud_run_revision" AND resource.labels.service_name="chisan-prod-api" AND severity="DEBUG"',
  });
});

test("without real data: 30 days, everything", async () => {
  const resources = await recorded({ realData: false });
  expect(refusals(resources)).toEqual([]);
  expect(names(resources)).toEqual(["chisan:infrastructure:LogRetention logs", `${bucket} logs-bucket`]);
  expect(only(resources, bucket).inputs.retentionDays).toBe(30);
});
