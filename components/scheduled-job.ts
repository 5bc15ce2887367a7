import * as pulumi from "@pulumi/pulumi";
import * as cloudrunv2 from "@pulumi/gcp/cloudrunv2";
import * as cloudscheduler from "@pulumi/gcp/cloudscheduler";
import * as serviceaccount from "@pulumi/gcp/serviceaccount";
import { ChisanComponent } from "./component";
import { publicOnly } from "./public-value";
import {
  type ScheduledJobArgs,
  checkScheduledJob,
  jobInputs,
  schedulerInputs,
  startGrantInputs,
  starterInputs,
} from "./scheduled-job-inputs";

/**
 * A command that runs on a schedule: a Cloud Run job, and the entry in Cloud Scheduler that starts it.
 *
 * Two accounts take part, and neither can do the other's work: the job runs as its own RuntimeIdentity, which can start nothing, and the
 * scheduler starts it as an account that may run this one job and read nothing.
 */
export class ScheduledJob extends ChisanComponent {
  public readonly jobName: pulumi.Output<string>;
  /** E-mail address of the account that starts it: whoever changes the schedule must be allowed to act as it. */
  public readonly starterEmail: pulumi.Output<string>;

  public constructor(name: string, args: ScheduledJobArgs, options?: pulumi.ComponentResourceOptions) {
    super("ScheduledJob", name, options);
    checkScheduledJob(args);
    const environment = publicVariables(args);
    // A run reads its secrets at its start, and reaches nothing without its gateway.
    const grants = Object.values(args.secrets).flatMap((secret) => secret.grants);
    const { dependsOn } = pulumi.mergeOptions(
      { dependsOn: options?.dependsOn },
      pulumi.mergeOptions({ dependsOn: grants }, { dependsOn: args.egress.gateways[args.region] }),
    );
    const job = new cloudrunv2.Job(`${name}-job`, jobInputs({ ...args, environment }), this.child({ dependsOn }));
    const starter = new serviceaccount.Account(`${name}-starter`, starterInputs(args), this.child({ dependsOn: options?.dependsOn }));
    const grant = new cloudrunv2.JobIamMember(`${name}-start`, startGrantInputs(args, job.name, starter.member), this.child());
    // After the grant: a time that comes in between would be refused, and alert.
    const onceGranted = pulumi.mergeOptions({ dependsOn: options?.dependsOn }, { dependsOn: grant });
    new cloudscheduler.Job(
      `${name}-schedule`,
      schedulerInputs(args, job.name, starter.email),
      this.child({ dependsOn: onceGranted.dependsOn }),
    );
    this.jobName = job.name;
    this.starterEmail = starter.email;
    this.registerOutputs({ jobName: this.jobName });
  }
}

/** Refuses a secret among the public variables. @throws CHI-C866, while the program runs */
function publicVariables({ environment, workload }: ScheduledJobArgs): Record<string, pulumi.Output<string>> {
  const refusal = (name: string) => `CHI-C866 ${name} is a secret, but the job ${workload} gets it as a public variable: keep it in the SecretStore`;
  return Object.fromEntries(Object.entries(environment).map(([name, given]) => [name, publicOnly(given, refusal(name))]));
}
