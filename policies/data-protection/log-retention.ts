import { resourcePolicy } from "../framework/policy";
import { hasPersonalData } from "../least-privilege/reading/environments";
import { eachKnown, list, record, shown } from "../least-privilege/reading/properties";

const bucket = "gcp:logging/projectBucketConfig:ProjectBucketConfig";
const exclusion = "gcp:logging/projectExclusion:ProjectExclusion";
const audit = "gcp:projects/iAMAuditConfig:IAMAuditConfig";
const sink = "gcp:logging/projectSink:ProjectSink";

export const logRetention = resourcePolicy({
  id: "log-retention",
  title: "Logs are kept as long as the access review needs them, and none but debug logs are dropped",
  severity: "high",
  section: "8.1",
  why: "the review is quarterly; what is not kept cannot be reviewed, and who read a secret must be known afterwards",
  remediation: "restore components/log-retention.ts (90 days with personal data, else 30) and secretAuditInputs()",
  types: [bucket, exclusion, audit, sink],
  check: ({ type, props }, report, { stack }) => {
    if (type === bucket) {
      const least = hasPersonalData(stack) ? 90 : 30;
      if (!(Number(props["retentionDays"]) >= least))
        report(`retentionDays is ${shown(props["retentionDays"])} in ${stack}; allowed: ${least} or more`);
    } else if (type === exclusion) {
      const filter = String(props["filter"]);
      const terms = filter.split(/\s+AND\s+/).map((term) => term.trim());
      const onlyDebug = terms.includes('severity="DEBUG"') && !/\bOR\b|\bNOT\b/.test(filter);
      if (!onlyDebug && props["disabled"] !== true)
        report(`an exclusion drops ${shown(props["filter"])}; allowed: severity="DEBUG" alone, joined by AND`);
    } else if (type === audit) {
      checkAudit(props, report);
    } else {
      const exclusions = list(props["exclusions"]).length;
      if (exclusions > 0) report(`a sink has ${exclusions} exclusions; allowed: 0`);
    }
  },
});

function checkAudit(props: Readonly<Record<string, unknown>>, report: (message: string) => void): void {
  const logged = new Set<string>();
  eachKnown(props["auditLogConfigs"], (value) => {
    const config = record(value);
    logged.add(String(config["logType"]));
    const { length } = list(config["exemptedMembers"]);
    if (length > 0) report(`${String(config["logType"])} exempts ${length} members; allowed: 0`);
  });
  // Only when all are known: what is missing could be the one that is not.
  const service = String(props["service"]);
  if (service !== "secretmanager.googleapis.com" && service !== "allServices") return;
  for (const wanted of ["ADMIN_READ", "DATA_READ", "DATA_WRITE"]) {
    if (!logged.has(wanted))
      report(`${wanted} of ${service} is not logged, only ${[...logged].join(", ") || "nothing"}; allowed: all three`);
  }
}
