import { secret } from "../engine-client";
import type { Declared } from "../whole-environment";

/** Channels, a metric of our own with a policy on it, an uptime check, log retention and a budget. */
export function monitoringExamples(project: string): Declared[] {
  const metric = "custom.googleapis.com/chisan/backup/age";
  return [
    ...["monitoring", "logging", "billingbudgets"].map((api) => ({
      token: "gcp:projects/service:Service",
      name: `api-${api}`,
      inputs: () => ({ project, service: `${api}.googleapis.com`, disableOnDestroy: false }),
    })),
    {
      token: "gcp:monitoring/notificationChannel:NotificationChannel",
      name: "channel-email",
      inputs: () => ({ project, type: "email", displayName: "E-mail", labels: { email_address: "on-call@chisanpaper.com" } }),
    },
    {
      token: "gcp:monitoring/notificationChannel:NotificationChannel",
      name: "channel-slack",
      inputs: () => ({
        project,
        type: "slack",
        displayName: "Slack",
        labels: { channel_name: "#incidents" },
        sensitiveLabels: { authToken: secret("xoxb-of-nobody-0123456789abcdef") },
      }),
    },
    {
      token: "gcp:monitoring/metricDescriptor:MetricDescriptor",
      name: "exported-metric",
      inputs: () => ({
        project,
        type: metric,
        metricKind: "GAUGE",
        valueType: "DOUBLE",
        unit: "s",
        labels: [{ key: "kind", valueType: "STRING", description: "d" }],
      }),
    },
    {
      token: "gcp:monitoring/alertPolicy:AlertPolicy",
      name: "alert-policy",
      inputs: (made) => ({
        project,
        displayName: "Daily backup is missing",
        combiner: "OR",
        severity: "CRITICAL",
        notificationChannels: [made["channel-email"]!.id, made["channel-slack"]!.id],
        conditions: [
          {
            displayName: "Age > 26 h",
            conditionThreshold: {
              filter: `metric.type="${metric}" AND resource.type="global" AND metric.labels.kind="daily"`,
              aggregations: [{ alignmentPeriod: "300s", perSeriesAligner: "ALIGN_MIN", crossSeriesReducer: "REDUCE_MAX" }],
              comparison: "COMPARISON_GT",
              thresholdValue: 93_600,
              duration: "0s",
            },
          },
        ],
        documentation: { mimeType: "text/markdown", content: "See the runbook" },
      }),
    },
    {
      token: "gcp:monitoring/uptimeCheckConfig:UptimeCheckConfig",
      name: "uptime-check",
      inputs: () => ({
        project,
        displayName: "https://api.chisan.app/health",
        period: "60s",
        timeout: "10s",
        monitoredResource: { type: "uptime_url", labels: { project_id: project, host: "api.chisan.app" } },
        httpCheck: { path: "/health", port: 443, useSsl: true, validateSsl: true },
      }),
    },
    {
      token: "gcp:logging/projectBucketConfig:ProjectBucketConfig",
      name: "default-logs",
      inputs: () => ({ project, location: "global", bucketId: "_Default", retentionDays: 90 }),
    },
    {
      token: "gcp:logging/projectExclusion:ProjectExclusion",
      name: "no-debug",
      inputs: () => ({ project, name: "no-debug", filter: 'severity="DEBUG"' }),
    },
    {
      token: "gcp:billing/budget:Budget",
      name: "budget",
      inputs: (made) => ({
        billingAccount: "012345-6789AB-CDEF01",
        displayName: "month",
        amount: { specifiedAmount: { currencyCode: "KRW", units: "500000" } },
        budgetFilter: { projects: [`projects/123456789012`], calendarPeriod: "MONTH" },
        thresholdRules: [{ thresholdPercent: 0.9 }],
        allUpdatesRule: { monitoringNotificationChannels: [made["channel-email"]!.id] },
      }),
    },
  ];
}
