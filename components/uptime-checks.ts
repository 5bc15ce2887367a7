import * as pulumi from "@pulumi/pulumi";
import * as monitoring from "@pulumi/gcp/monitoring";
import { certificateDays, uptime } from "../config/alert-thresholds-watch";
import { type AlertRule, type PolicySetting, alertPolicyInputs, metricFilter } from "./alert-policies-inputs";
import { ChisanComponent } from "./component";

export interface UptimeChecksArgs extends PolicySetting {
  /**
   * The hosts as users reach them: the API answers only through Cloudflare. Null where no DNS record points at this environment (chisan-dr before
   * cut-over): a check would then ask another environment, or nobody. Nothing is declared then; the cut-over gives the hosts.
   */
  readonly hosts: { readonly api: string; readonly app: string } | null;
}

interface Check {
  /** Every check of the API is counted as its traffic (`probeRequestsInFiveMinutes`). */
  readonly key: (typeof uptime.checksOfApi)[number] | "app";
  readonly title: string;
  readonly host: string;
  readonly path: string;
  /** What the JSON answer must say, where it is JSON. */
  readonly says?: { readonly path: string; readonly value: string };
  /** Whether it also tells when the host's certificate runs out; once for each host. */
  readonly certificate: boolean;
}

/** Section 6.4's endpoints (but `/health/live`, which Cloud Run asks itself) and the web app. */
function checks({ api, app }: { readonly api: string; readonly app: string }): Check[] {
  return [
    // `status` is "ok" and the code 200 in every answer of section 6.4's controller, also while the database is out: only its parts tell. A check compares
    // one part (Google accepts one content matcher): the database, without which nothing works. Checkly asks for both (external-checks-inputs.ts).
    {
      key: "api-health",
      title: `https://${api}/health`,
      host: api,
      path: "/health",
      says: { path: "$.checks.database.status", value: '"ok"' },
      certificate: true,
    },
    {
      key: "api-ready",
      title: `https://${api}/health/ready`,
      host: api,
      path: "/health/ready",
      says: { path: "$.ready", value: "true" },
      certificate: false,
    },
    { key: "app", title: `https://${app}/`, host: app, path: "/", certificate: true },
  ];
}

/** Uptime checks of the environment's addresses, each with a policy; and a policy on each address's certificate. */
export class UptimeChecks extends ChisanComponent {
  public constructor(name: string, args: UptimeChecksArgs, options?: pulumi.ComponentResourceOptions) {
    super("UptimeChecks", name, options);
    for (const check of args.hosts === null ? [] : checks(args.hosts)) {
      const made = this.child({ dependsOn: options?.dependsOn });
      const config = new monitoring.UptimeCheckConfig(`${name}-${check.key}`, uptimeCheckInputs(args, check), made);
      for (const rule of uptimeRules(check, config.uptimeCheckId)) {
        new monitoring.AlertPolicy(`${name}-${rule.key}`, alertPolicyInputs(args, rule), made);
      }
    }
    this.registerOutputs({});
  }
}

function uptimeCheckInputs({ slug, project }: UptimeChecksArgs, { title, host, path, says }: Check): monitoring.UptimeCheckConfigArgs {
  return {
    project,
    displayName: `[${slug}] ${title}`,
    period: `${uptime.periodSeconds}s`,
    timeout: `${uptime.timeoutSeconds}s`,
    selectedRegions: [...uptime.regions],
    monitoredResource: { type: "uptime_url", labels: { project_id: project, host } },
    httpCheck: {
      path,
      port: 443,
      useSsl: true,
      validateSsl: true,
      requestMethod: "GET",
      acceptedResponseStatusCodes: [{ statusClass: "STATUS_CLASS_2XX" }],
    },
    ...(says === undefined
      ? {}
      : {
          contentMatchers: [
            { content: says.value, matcher: "MATCHES_JSON_PATH", jsonPathMatcher: { jsonPath: says.path, jsonMatcher: "EXACT_MATCH" } },
          ],
        }),
    logCheckFailures: true,
    userLabels: { environment: slug },
  };
}

function uptimeRules({ key, title, certificate, host }: Check, checkId: pulumi.Input<string>): AlertRule[] {
  const filter = (metric: string) =>
    pulumi.interpolate`${metricFilter(`monitoring.googleapis.com/uptime_check/${metric}`, "uptime_url")} AND metric.labels.check_id="${checkId}"`;
  const answers: AlertRule = {
    key: `${key}-${uptime.severity}`,
    severity: uptime.severity,
    title: `${title} does not answer`,
    runbook: "uptime",
    conditions: [
      {
        displayName: `Fails at more than ${uptime.failingPlacesAbove} of ${uptime.regions.length} places`,
        conditionThreshold: {
          filter: filter("check_passed"),
          aggregations: [
            {
              alignmentPeriod: `${uptime.newestWithinSeconds}s`,
              perSeriesAligner: "ALIGN_NEXT_OLDER",
              crossSeriesReducer: "REDUCE_COUNT_FALSE",
            },
          ],
          comparison: "COMPARISON_GT",
          thresholdValue: uptime.failingPlacesAbove,
          duration: `${uptime.forSeconds}s`,
        },
      },
    ],
  };
  const expires = certificateDays.map(({ severity, below }): AlertRule => ({
    key: `${key}-certificate-${severity}`,
    severity,
    title: `certificate of ${host} ends in less than ${below} days`,
    runbook: "certificate",
    conditions: [
      {
        displayName: `Days left < ${below}`,
        conditionThreshold: {
          filter: filter("time_until_ssl_cert_expires"),
          aggregations: [{ alignmentPeriod: "1200s", perSeriesAligner: "ALIGN_NEXT_OLDER", crossSeriesReducer: "REDUCE_MIN" }],
          comparison: "COMPARISON_LT",
          thresholdValue: below,
          duration: "600s",
        },
      },
    ],
  }));
  return certificate ? [answers, ...expires] : [answers];
}
