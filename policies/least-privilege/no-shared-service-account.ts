import { independently, stackPolicy, type StackResource } from "../framework/policy";
import { taskTemplate, workloadTypes } from "./reading/containers";
import { record, text } from "./reading/properties";

const scheduler = "gcp:cloudscheduler/job:Job";

export const noSharedServiceAccount = stackPolicy({
  id: "no-shared-service-account",
  title: "No two workloads run as the same service account",
  severity: "high",
  section: "2.5",
  why: "each would have what the other needs, and the audit log could not tell them apart",
  remediation: "give each workload a RuntimeIdentity of its own in stacks/",
  check: (resources, report) => {
    const users = new Map<string, Map<string, StackResource>>();
    const checks = resources
      .filter(({ type }) => type === scheduler || workloadTypes.includes(type))
      .map((resource) => () => {
        const account = text(accountOf(resource));
        if (account === undefined) return;
        // The same service in another region is the same workload.
        const workload = `${kindOf(resource)} ${String(resource.props["name"])}`;
        const found = users.get(account) ?? new Map<string, StackResource>();
        users.set(account, found.set(workload, resource));
      });
    independently(...checks, () => {
      for (const [account, workloads] of users) {
        const [first, ...others] = [...workloads];
        for (const [workload, resource] of others)
          report(`${workload} runs as ${account}, as does ${first?.[0]}; allowed: one workload an account`, resource);
      }
    });
  },
});

function kindOf({ type }: StackResource): string {
  return type === scheduler ? "schedule" : type.endsWith(":Job") ? "job" : "service";
}

function accountOf(resource: StackResource): unknown {
  if (resource.type !== scheduler) return taskTemplate(resource)["serviceAccount"];
  const target = record(resource.props["httpTarget"]);
  return record(target["oauthToken"] ?? target["oidcToken"])["serviceAccountEmail"];
}
