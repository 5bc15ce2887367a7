import { stackPolicy } from "../framework/policy";
import { cloudRunService } from "./containers";

const alert = "gcp:monitoring/alertPolicy:AlertPolicy";
const both = (...names: string[]) => names.flatMap((name) => [`${name}-warning`, `${name}-critical`]);

/**
 * What section 6.2 measures, by the last part of the alerts' names, and what tells of backups and of versions of files that stay away (3.1, 3.4). Said here a second time on
 * purpose: components/alert-policies.ts makes them from config/alert-thresholds.ts, and a row that is taken out there must be missed here.
 */
const everywhere = [
  ...both("api-response-time", "error-rate", "database-connections", "database-query-time", "disk-usage", "memory-usage", "database-memory"),
  ...both("daily-age", "exporter-silence", "file-version-lag", "file-silence"),
  "file-versions-lost-critical",
  "file-sweep-age-warning",
  "job-failure-warning",
];
/** Of the work that is scheduled where the data are real (sections 3.1 and 3.4). */
const ofRealData = [...both("weekly-age"), "restore-test-age-info", "restore-test-age-warning", "drill-age-info", "drill-age-warning"];
/** Of hosts, which chisan-dr has only after a failover. */
const ofHosts = ["app-critical", "api-health-critical", "api-ready-critical", ...both("app-certificate", "api-health-certificate")];

export const alertsDeclared = stackPolicy({
  id: "alerts-declared",
  title: "Every metric of the document, and every backup and version of a file that stays away, has its alerts in each environment",
  severity: "high",
  section: "6.2",
  why: "an alert that is missing looks the same as one that has nothing to say",
  remediation: "restore the row in config/alert-thresholds.ts",
  check: (resources, report, { stack }) => {
    const names = resources.filter(({ type }) => type === alert).map(({ name }) => name);
    const [service] = resources.filter(({ type }) => type === cloudRunService);
    if (service === undefined) return;
    const required = [...everywhere, ...(stack === "staging" ? [] : ofRealData), ...(stack === "chisan-dr" ? [] : ofHosts)];
    const missing = required.filter((alert) => !names.some((name) => name.endsWith(`-${alert}`)));
    if (missing.length > 0) report(`${stack} lacks the alerts ${missing.join(", ")}; allowed: all ${required.length} of the document`, service);
  },
});
