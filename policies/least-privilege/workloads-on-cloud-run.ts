import { resourcePolicy } from "../framework/policy";

/** Google's other ways to run a program; each has an identity and an ingress of its own, which no policy here reads. */
const otherWorkloads =
  /^gcp:(?:cloudrun|cloudfunctions|cloudfunctionsv2|appengine|container|gkehub|dataflow|dataproc|notebooks|workbench|vertex|batch|composer)\/|^gcp:compute\/(?:region)?instance|^gcp:cloudrunv2\/workerPool:/i;

export const workloadsOnCloudRun = resourcePolicy({
  id: "workloads-on-cloud-run",
  title: "Programs run on Cloud Run (services and jobs), where these policies see their identity and their ingress",
  severity: "high",
  section: "2.5",
  why: "an older API or another product would run the same program with the default account, open to the Internet, unseen",
  remediation: "use cloudrunv2.Service or cloudrunv2.Job; for another product, write policies for it first",
  // Any type may turn up, and only those that are not listed are right.
  types: (type) => otherWorkloads.test(type),
  check: ({ type }, report) => report(`${type} runs programs and is read by no policy; allowed: gcp:cloudrunv2/service:Service, gcp:cloudrunv2/job:Job`),
});
