import { physicalName } from "../../config/naming";
import { independently, stackPolicy, type StackResource } from "../framework/policy";
import { eachContainerVariable, job as jobType } from "../least-privilege/reading/containers";
import { slugOf } from "../least-privilege/reading/environments";
import { text } from "../least-privilege/reading/properties";
import { scheduledWork } from "./reading/document";

const recipientsName = "BACKUP_RECIPIENTS";
const bucketName = "BACKUPS_BUCKET_NAME";
/** age's public keys: 32 bytes and a checksum in Bech32 (https://age-encryption.org/v1, "The X25519 recipient type"). */
const publicKey = /^age1[02-9ac-hj-np-z]{58}$/;

export const backupsEncrypted = stackPolicy({
  id: "backups-encrypted",
  title: "Each job that writes backups is told the vault and the keys to encrypt to, the same in each",
  severity: "critical",
  section: "3.1",
  why: "what one job encrypts to another key, only whoever holds that key can restore, or read",
  remediation: "restore scheduledJobArgs() of components/backup-schedule.ts; the keys are chisan:backupRecipients of the stack's configuration",
  check: (resources, report, { stack }) => {
    const work = new Map(scheduledWork(stack).map(({ workload, writes }) => [physicalName(slugOf(stack), workload), writes]));
    const told = new Map<string, StackResource>();
    independently(
      // A job that is missing is for `backup-schedule`; that the bucket is a locked one, for `backups-elsewhere`.
      ...resources
        .filter(({ type }) => type === jobType)
        .map((resource) => () => {
          const writes = work.get(text(resource.props["name"]) ?? "");
          if (writes === undefined) return;
          const variables = new Map<string, string>();
          eachContainerVariable(resource, (variable) => variables.set(String(variable["name"]), text(variable["value"]) ?? ""));
          if (!variables.has(bucketName)) report(`${resource.name} has no ${bucketName}; allowed: the vault's bucket`, resource);
          if (!writes) return;
          const recipients = variables.get(recipientsName) ?? "";
          if (!recipients.split(",").every((key) => publicKey.test(key)))
            report(`${resource.name} has no age public keys in ${recipientsName}; allowed: one or more, with commas between them`, resource);
          told.set(recipients, resource);
          const [first] = told.values();
          if (told.size > 1 && first !== undefined)
            report(`${recipientsName} of ${resource.name} is not that of ${first.name}; allowed: the same in each job`, resource);
        }),
    );
  },
});
