import type * as pulumi from "@pulumi/pulumi";
import * as monitoring from "@pulumi/gcp/monitoring";
import { exportedMetrics, metricType, type ExportedMetricName } from "../config/exported-metrics";
import { ChisanComponent } from "./component";

export interface MonitoredMetricsArgs {
  readonly project: string;
}

/**
 * The descriptors of the metrics that the exporter writes. It could make them by writing, but then no policy on them could be created before
 * its first run: Cloud Monitoring refuses a policy on a metric that it does not know.
 */
export class MonitoredMetrics extends ChisanComponent {
  public constructor(name: string, args: MonitoredMetricsArgs, options?: pulumi.ComponentResourceOptions) {
    super("MonitoredMetrics", name, options);
    for (const metric of Object.keys(exportedMetrics) as ExportedMetricName[]) {
      const part = exportedMetrics[metric].type.replace(/^chisan\//, "").replace(/[/_]/g, "-");
      new monitoring.MetricDescriptor(
        `${name}-${part}`,
        metricDescriptorInputs(args, metric),
        this.child({ dependsOn: options?.dependsOn }),
      );
    }
    this.registerOutputs({});
  }
}

export function metricDescriptorInputs({ project }: MonitoredMetricsArgs, metric: ExportedMetricName): monitoring.MetricDescriptorArgs {
  const { displayName, description, unit, labels } = exportedMetrics[metric];
  return {
    project,
    type: metricType(metric),
    metricKind: "GAUGE",
    valueType: "DOUBLE",
    unit,
    displayName,
    description,
    labels: Object.entries(labels).map(([key, text]) => ({ key, valueType: "STRING", description: text })),
  };
}
