import * as pulumi from "@pulumi/pulumi";
import { Queue } from "@pulumi/cloudflare/queue";
import { QueueConsumer } from "@pulumi/cloudflare/queueConsumer";
import { R2Bucket } from "@pulumi/cloudflare/r2bucket";
import { R2BucketCors } from "@pulumi/cloudflare/r2bucketCors";
import { R2BucketEventNotification } from "@pulumi/cloudflare/r2bucketEventNotification";
import { R2BucketLock } from "@pulumi/cloudflare/r2bucketLock";
import { R2ManagedDomain } from "@pulumi/cloudflare/r2managedDomain";
import { WorkersScript } from "@pulumi/cloudflare/workersScript";
import { WorkersScriptSubdomain } from "@pulumi/cloudflare/workersScriptSubdomain";
import { ChisanComponent } from "./component";
import {
  type FileStoreArgs,
  checkFileStore,
  consumerInputs,
  corsInputs,
  fileStoreNames,
  keeperInputs,
  noSubdomainInputs,
  notificationInputs,
  queueInputs,
} from "./file-store-inputs";
import { bucketInputs, lockInputs, noPublicDomainInputs } from "./r2-bucket";
import { R2Credentials } from "./r2-credentials";

/**
 * The users' files, and the vault that holds their versions, because R2 keeps none itself.
 *
 * Each change of a file becomes an event in a queue; a Worker copies each created object into the vault (workers/file-version-keeper).
 * The vault's lock keeps a copy from being deleted or overwritten in its first `versionDays` days, whoever tries. It is no more than that:
 *
 * - A version's period starts when it is *superseded*, not when it is made. R2's rules know only an object's age, so no lifecycle rule may
 *   delete in the vault: it would take the copy of a file that has not changed for a month, which is the only one once the file is deleted.
 * - The Worker's purge (a later change, with its cron trigger) deletes a version `versionDays` after the next one, or the deletion, was recorded.
 *   Until then the vault only grows.
 */
export class FileStore extends ChisanComponent {
  public readonly bucketName: pulumi.Output<string>;
  public readonly vaultBucketName: pulumi.Output<string>;
  /** The API's credentials: the files' bucket only, never the vault. */
  public readonly credentials: R2Credentials;
  /** Events that could not be kept: an alert watches that it is empty. */
  public readonly deadEventsQueue: pulumi.Output<string>;

  public constructor(name: string, args: FileStoreArgs, options?: pulumi.ComponentResourceOptions) {
    super("FileStore", name, options);
    checkFileStore(args);
    const names = fileStoreNames(args);
    const files = this.bucket("files", names.files, args);
    const vault = this.bucket("vault", names.vault, args);
    new R2BucketCors(`${name}-cors`, corsInputs(args, files.name), this.child());
    new R2BucketLock(
      `${name}-vault-lock`,
      lockInputs(args.accountId, vault.name, [{ label: "versions", prefix: "", days: args.versionDays }]),
      this.child({ protect: args.protect }),
    );
    this.deadEventsQueue = this.keepVersions(args, { files, vault });
    this.credentials = new R2Credentials(
      `${name}-api`,
      { ...args, purpose: "files-api", bucketName: files.name, access: "read and write" },
      this.child(),
    );
    this.bucketName = files.name;
    this.vaultBucketName = vault.name;
    this.registerOutputs({ bucketName: this.bucketName, vaultBucketName: this.vaultBucketName });
  }

  /** A bucket that is not public. */
  private bucket(part: "files" | "vault", name: string, { accountId, protect }: FileStoreArgs): R2Bucket {
    const bucket = new R2Bucket(`${this.name}-${part}`, bucketInputs(accountId, name), this.child({ protect }));
    new R2ManagedDomain(`${this.name}-${part}-public-domain`, noPublicDomainInputs(accountId, bucket.name), this.child());
    return bucket;
  }

  /** Queue, Worker and what connects them. Gives the name of the dead-letter queue. */
  private keepVersions(args: FileStoreArgs, { files, vault }: { files: R2Bucket; vault: R2Bucket }): pulumi.Output<string> {
    const { accountId } = args;
    const names = fileStoreNames(args);
    const events = new Queue(`${this.name}-events`, queueInputs(accountId, names.events), this.child());
    const deadEvents = new Queue(`${this.name}-events-dead`, queueInputs(accountId, names.deadEvents), this.child());
    const keeper = new WorkersScript(
      `${this.name}-keeper`,
      keeperInputs(args, names.keeper, { files: files.name, vault: vault.name }),
      this.child(),
    );
    new WorkersScriptSubdomain(`${this.name}-keeper-subdomain`, noSubdomainInputs(accountId, keeper.scriptName), this.child());
    const consumer = consumerInputs(accountId, {
      queueId: events.queueId,
      scriptName: keeper.scriptName,
      deadLetterQueue: deadEvents.queueName,
    });
    new QueueConsumer(`${this.name}-consumer`, consumer, this.child());
    new R2BucketEventNotification(`${this.name}-notification`, notificationInputs(accountId, files.name, events.queueId), this.child());
    return deadEvents.queueName;
  }
}
