import { independently, stackPolicy, type StackResource } from "../framework/policy";
import { shown } from "../least-privilege/reading/properties";

const secret = "gcp:secretmanager/secret:Secret";
const audit = "gcp:projects/iAMAuditConfig:IAMAuditConfig";
const logs = "gcp:logging/projectBucketConfig:ProjectBucketConfig";

export const auditOfOwnProject = stackPolicy({
  id: "audit-of-own-project",
  title: "Who reads a secret is logged in the project that has the secret, where the logs are kept",
  severity: "high",
  section: "2.5",
  why: "a record that is switched on for another service or project says nothing of who read these secrets",
  remediation: "restore secretAuditInputs() of components/secret-store-inputs.ts and logBucketInputs() of components/log-retention.ts",
  check: (resources, report) => {
    const secrets = resources.filter(({ type }) => type === secret);
    const [first] = secrets;
    if (first === undefined) return;
    const audits = resources.filter(({ type }) => type === audit);
    const buckets = resources.filter(({ type }) => type === logs);
    const projects = new Set<unknown>();
    independently(...secrets.map(({ props }) => () => projects.add(props["project"])));
    const covers = (of: readonly StackResource[], isMeant: (one: StackResource) => boolean, project: unknown) =>
      of.some((one) => isMeant(one) && one.props["project"] === project);
    const reads = ({ props }: StackResource) => props["service"] === "secretmanager.googleapis.com" || props["service"] === "allServices";
    for (const project of projects) {
      if (!covers(audits, reads, project))
        report(`who reads the secrets of ${shown(project)} is logged nowhere; allowed: an IAMAuditConfig of secretmanager.googleapis.com on it`, audits[0] ?? first);
      if (!covers(buckets, ({ props }) => props["bucketId"] === "_Default", project))
        report(`for how long the logs of ${shown(project)} are kept is not declared; allowed: its bucket "_Default"`, buckets[0] ?? first);
    }
  },
});
