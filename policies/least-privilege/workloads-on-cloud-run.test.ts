import { judge } from "../test-support/judge";
import { workloadsOnCloudRun } from "./workloads-on-cloud-run";

const of = (type: string) => [{ type, name: "workload", inputs: {} }];

test.each(["gcp:cloudrunv2/service:Service", "gcp:cloudrunv2/job:Job", "gcp:compute/network:Network", "gcp:projects/service:Service"])(
  "%s passes",
  async (type) => {
    expect((await judge(workloadsOnCloudRun, of(type))).violations).toEqual([]);
  },
);

test.each([
  "gcp:cloudrun/service:Service",
  "gcp:cloudfunctionsv2/function:Function",
  "gcp:compute/instance:Instance",
  "gcp:compute/instanceTemplate:InstanceTemplate",
  "gcp:compute/regionInstanceTemplate:RegionInstanceTemplate",
  "gcp:container/cluster:Cluster",
  "gcp:appengine/standardAppVersion:StandardAppVersion",
  "gcp:cloudrunv2/workerPool:WorkerPool",
])("%s is refused", async (type) => {
  expect((await judge(workloadsOnCloudRun, of(type))).violations).toEqual([
    expect.stringContaining(`${type} runs programs and is read by no policy`),
  ]);
});
