import * as pulumi from "@pulumi/pulumi";
import * as cloudrunv2 from "@pulumi/gcp/cloudrunv2";
import * as cloudscheduler from "@pulumi/gcp/cloudscheduler";
import * as serviceaccount from "@pulumi/gcp/serviceaccount";
import { ChisanComponent } from "./component";
import { publicOnly } from "./public-value";
import {
  type MetricsExporterArgs,
  callGrantInputs,
  callerInputs,
  checkMetricsExporter,
  exporterScheduleInputs,
  exporterServiceInputs,
  publicRefusal,
} from "./metrics-exporter-inputs";

/**
 * The metrics of what Google cannot see, the database at Supabase, the backups and the files' versions at Cloudflare, written to Cloud Monitoring
 * each minute (section 6.2; the program is workers/metrics-exporter).
 *
 * When it has run and then fails or is paused, its metrics stop, which is an alert of its own: no alert on them may be read as "all is well" by itself.
 * Before its first run, and so while there is no image, nothing can stop: `chisan doctor` shouts then (`operations-image`).
 */
export class MetricsExporter extends ChisanComponent {
  public readonly serviceName: pulumi.Output<string>;
  /** E-mail address of the account that calls it each minute: whoever changes the schedule must be allowed to act as it. */
  public readonly callerEmail: pulumi.Output<string>;

  public constructor(name: string, args: MetricsExporterArgs, options?: pulumi.ComponentResourceOptions) {
    super("MetricsExporter", name, options);
    checkMetricsExporter(args);
    const given = {
      ...args,
      supabaseUrl: publicOnly(args.supabaseUrl, publicRefusal("SUPABASE_URL")),
      bucketName: publicOnly(args.bucketName, publicRefusal("BACKUPS_BUCKET_NAME")),
      filesGatewayUrl: publicOnly(args.filesGatewayUrl, publicRefusal("FILES_GATEWAY_URL")),
    };
    // An instance reads its secrets before it starts, and reaches nothing without its gateway.
    const grants = [...Object.values(args.secrets).flatMap((secret) => secret.grants), args.identity.writeGrant];
    const needed = pulumi.mergeOptions({ dependsOn: grants }, { dependsOn: args.egress.gateways[args.region] });
    const { dependsOn } = pulumi.mergeOptions({ dependsOn: options?.dependsOn }, needed);
    const service = new cloudrunv2.Service(`${name}-service`, exporterServiceInputs(given), this.child({ dependsOn }));
    const caller = new serviceaccount.Account(`${name}-caller`, callerInputs(args), this.child({ dependsOn: options?.dependsOn }));
    const grant = new cloudrunv2.ServiceIamMember(`${name}-call`, callGrantInputs(args, service.name, caller.member), this.child());
    // After the grant: a call before it would be refused.
    const onceGranted = pulumi.mergeOptions({ dependsOn: options?.dependsOn }, { dependsOn: grant });
    new cloudscheduler.Job(
      `${name}-schedule`,
      exporterScheduleInputs(args, service.uri, caller.email),
      this.child({ dependsOn: onceGranted.dependsOn }),
    );
    this.serviceName = service.name;
    this.callerEmail = caller.email;
    this.registerOutputs({ serviceName: this.serviceName });
  }
}
