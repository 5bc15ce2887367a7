/** A job's schedule, as BackupSchedule declares it; the job and the right to start it are among the examples of Cloud Run. */
import type { Declared } from "../whole-environment";

export function backupScheduleExamples(project: string, region: string): Declared[] {
  return [
    {
      token: "gcp:projects/service:Service",
      name: "api-cloudscheduler",
      inputs: () => ({ project, service: "cloudscheduler.googleapis.com", disableOnDestroy: false }),
    },
    {
      token: "gcp:cloudscheduler/job:Job",
      name: "schedule",
      inputs: (made) => ({
        project,
        region,
        name: "backup-daily",
        schedule: "0 3 * * *",
        timeZone: "Asia/Seoul",
        attemptDeadline: "30s",
        retryConfig: { retryCount: 3, minBackoffDuration: "60s", maxBackoffDuration: "240s", maxDoublings: 2 },
        httpTarget: {
          httpMethod: "POST",
          uri: `https://run.googleapis.com/v2/projects/${project}/locations/${region}/jobs/backup-daily:run`,
          oauthToken: { serviceAccountEmail: made.runtime!.outputs.email },
        },
      }),
      importId: () => `${project}/${region}/backup-daily`,
    },
  ];
}
