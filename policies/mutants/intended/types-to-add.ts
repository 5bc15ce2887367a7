/** Resources that no program of ours has, and that a policy must refuse as soon as one does. */
import { grantTypes } from "../../least-privilege/reading/grants";
import { readSchema } from "../../../sandbox/providers/rules/schema-file";
import type { Mutant, Program } from "../mutant";

const add = (program: Program, types: readonly string[]): Mutant[] => types.map((type) => program.added(type, {}));

/** Every type by which Google grants a role: those of the schema by what they ask for, and well-known ones that the schema here does not have. */
export function grantsOfOtherTypes(program: Program): Mutant[] {
  const ofSchema = Object.entries(readSchema("gcp").resources)
    .filter(
      ([, { inputProperties: asks = {} }]) =>
        "policyData" in asks || "roleEntities" in asks || ("role" in asks && ["member", "members", "entity"].some((who) => who in asks)),
    )
    .map(([type]) => type);
  const known = [
    "gcp:projects/iAMPolicy:IAMPolicy",
    "gcp:organizations/iAMMember:IAMMember",
    "gcp:organizations/iAMPolicy:IAMPolicy",
    "gcp:folder/iAMMember:IAMMember",
    "gcp:folder/iAMBinding:IAMBinding",
    "gcp:serviceaccount/iAMPolicy:IAMPolicy",
    "gcp:secretmanager/secretIamPolicy:SecretIamPolicy",
    "gcp:cloudrunv2/serviceIamPolicy:ServiceIamPolicy",
    "gcp:cloudrunv2/jobIamBinding:JobIamBinding",
    "gcp:kms/keyRingIAMMember:KeyRingIAMMember",
    "gcp:storage/bucketIAMPolicy:BucketIAMPolicy",
    "gcp:storage/bucketACL:BucketACL",
    "gcp:storage/defaultObjectACL:DefaultObjectACL",
    "gcp:storage/bucketAccessControl:BucketAccessControl",
    "gcp:storage/objectAccessControl:ObjectAccessControl",
    "gcp:bigquery/datasetIamMember:DatasetIamMember",
    "gcp:artifactregistry/repositoryIamBinding:RepositoryIamBinding",
    "gcp:iap/webIamMember:WebIamMember",
    "gcp:billing/accountIamMember:AccountIamMember",
  ];
  return add(
    program,
    [...new Set([...ofSchema, ...known])].filter((type) => !grantTypes.includes(type)),
  );
}

export const addedWorkloads = (program: Program): Mutant[] =>
  add(program, [
    "gcp:cloudrun/service:Service",
    "gcp:cloudfunctions/function:Function",
    "gcp:cloudfunctionsv2/function:Function",
    "gcp:appengine/standardAppVersion:StandardAppVersion",
    "gcp:appengine/flexibleAppVersion:FlexibleAppVersion",
    "gcp:compute/instance:Instance",
    "gcp:compute/instanceTemplate:InstanceTemplate",
    "gcp:compute/regionInstanceGroupManager:RegionInstanceGroupManager",
    "gcp:container/cluster:Cluster",
    "gcp:cloudrunv2/workerPool:WorkerPool",
    "gcp:dataflow/job:Job",
    "gcp:dataproc/cluster:Cluster",
    "gcp:notebooks/instance:Instance",
    "gcp:workbench/instance:Instance",
    "gcp:composer/environment:Environment",
  ]);

export const addedKeys = (program: Program): Mutant[] =>
  add(program, [
    "gcp:serviceaccount/key:Key",
    "gcp:storage/hmacKey:HmacKey",
    "gcp:projects/apiKey:ApiKey",
    "cloudflare:index/apiToken:ApiToken",
    "vercel:index/userToken:UserToken",
  ]);

export const addedWays = (program: Program): Mutant[] =>
  add(program, [
    "vercel:index/projectProtectionBypass:ProjectProtectionBypass",
    "vercel:index/deploymentProtectionException:DeploymentProtectionException",
    "vercel:index/firewallBypass:FirewallBypass",
    "vercel:index/sharedEnvironmentVariable:SharedEnvironmentVariable",
    "cloudflare:index/workersRoute:WorkersRoute",
    "gcp:compute/targetHttpProxy:TargetHttpProxy",
  ]);
