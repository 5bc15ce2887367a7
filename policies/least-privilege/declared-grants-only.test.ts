import { judge } from "../test-support/judge";
import { declaredGrantsOnly } from "./declared-grants-only";
import { grantTypes } from "./reading/grants";

const of = (type: string) => [{ type, name: "grant", inputs: {} }];

test.each([
  ...grantTypes,
  "gcp:projects/iAMAuditConfig:IAMAuditConfig",
  "gcp:projects/iAMCustomRole:IAMCustomRole",
  "gcp:iam/denyPolicy:DenyPolicy",
  "gcp:storage/bucket:Bucket",
])("%s passes", async (type) => {
  expect((await judge(declaredGrantsOnly, of(type))).violations).toEqual([]);
});

test.each([
  "gcp:projects/iAMPolicy:IAMPolicy",
  "gcp:organizations/iAMMember:IAMMember",
  "gcp:folder/iAMBinding:IAMBinding",
  "gcp:cloudrunv2/serviceIamPolicy:ServiceIamPolicy",
  "gcp:storage/bucketIAMPolicy:BucketIAMPolicy",
  "gcp:storage/bucketACL:BucketACL",
  "gcp:storage/objectAccessControl:ObjectAccessControl",
  "gcp:pubsub/topicIAMMember:TopicIAMMember",
])("%s is refused", async (type) => {
  expect((await judge(declaredGrantsOnly, of(type))).violations.join()).toContain(`grant: ${type} gives access and is read by no policy`);
});
