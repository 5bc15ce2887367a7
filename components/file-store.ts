import * as pulumi from "@pulumi/pulumi";
import { Queue } from "@pulumi/cloudflare/queue";
import { QueueConsumer } from "@pulumi/cloudflare/queueConsumer";
import { R2Bucket } from "@pulumi/cloudflare/r2bucket";
import { R2BucketCors } from "@pulumi/cloudflare/r2bucketCors";
import { R2BucketEventNotification } from "@pulumi/cloudflare/r2bucketEventNotification";
import { R2BucketLock } from "@pulumi/cloudflare/r2bucketLock";
import { R2ManagedDomain } from "@pulumi/cloudflare/r2managedDomain";
import { WorkersCronTrigger } from "@pulumi/cloudflare/workersCronTrigger";
import { WorkersCustomDomain } from "@pulumi/cloudflare/workersCustomDomain";
import { WorkersScript } from "@pulumi/cloudflare/workersScript";
import { WorkersScriptSubdomain } from "@pulumi/cloudflare/workersScriptSubdomain";
import { RandomPassword } from "@pulumi/random/randomPassword";
import type { Scope } from "../workers/file-versions/signature";
import { ChisanComponent } from "./component";
import {
  type FileStoreArgs,
  checkFileStore,
  consumerInputs,
  corsInputs,
  cronInputs,
  fileStoreNames,
  filesHost,
  gatewayDomainInputs,
  gatewayInputs,
  keeperInputs,
  noSubdomainInputs,
  notificationInputs,
  queueInputs,
  signingKey,
  signingSecretInputs,
  vaultLock,
} from "./file-store-inputs";
import { bucketInputs, lockInputs, noPublicDomainInputs } from "./r2-bucket";
import { R2Credentials } from "./r2-credentials";

/** The keys that requests to the gateway are signed with, by generation. */
export interface SigningKeys {
  readonly current: pulumi.Output<string>;
  /** The other generation, while rotating. */
  readonly previous?: pulumi.Output<string>;
}

/** How the gateway is called, and the keys of those who call it. */
export interface FilesGateway {
  readonly url: string;
  readonly keys: Readonly<Record<Scope, SigningKeys>>;
}

/**
 * The users' files, and the vault that holds their versions, because R2 keeps none itself (docs/files.md, docs/adr/0011-file-versions.md).
 *
 * - The gateway (workers/files-gateway) is the way to write: it archives the present version before it replaces it. The API has a key for the
 *   bucket that only reads, and writes by signed requests to the gateway.
 * - Each change of a file also becomes an event in a queue, on which the keeper (workers/file-version-keeper) copies the object into the vault:
 *   for whoever writes straight to S3. By its crons it copies what events missed, and deletes a version `versionDays` after it was superseded.
 * - The vault's lock keeps a copy from being deleted or overwritten, whoever tries, until its version's period is over. No lifecycle rule may
 *   delete in the vault: R2's rules know an object's age only, and would take the copy of a file that has not changed for a month.
 */
export class FileStore extends ChisanComponent {
  public readonly bucketName: pulumi.Output<string>;
  public readonly vaultBucketName: pulumi.Output<string>;
  /** The API's credentials: reading the files' bucket, never the vault. */
  public readonly credentials: R2Credentials;
  /** Events that could not be kept: an alert watches that it is empty. */
  public readonly deadEventsQueue: pulumi.Output<string>;
  public readonly gateway: FilesGateway;

  public constructor(name: string, args: FileStoreArgs, options?: pulumi.ComponentResourceOptions) {
    super("FileStore", name, options);
    checkFileStore(args);
    const names = fileStoreNames(args);
    const files = this.bucket("files", names.files, args);
    const vault = this.bucket("vault", names.vault, args);
    new R2BucketCors(`${name}-cors`, corsInputs(args, files.name), this.child());
    new R2BucketLock(
      `${name}-vault-lock`,
      lockInputs(args.accountId, vault.name, vaultLock(args)),
      this.child({ protect: args.protect }),
    );
    const keeper = this.keeper(args, { files, vault });
    this.deadEventsQueue = this.feedKeeper(args, files, keeper);
    this.gateway = this.openGateway(args, { files, vault, keeper });
    this.credentials = new R2Credentials(
      `${name}-api`,
      { ...args, purpose: "files-api", bucketName: files.name, access: "read" },
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

  private keeper(args: FileStoreArgs, { files, vault }: { files: R2Bucket; vault: R2Bucket }): WorkersScript {
    const { keeper: scriptName } = fileStoreNames(args);
    const inputs = keeperInputs(args, scriptName, { files: files.name, vault: vault.name });
    const keeper = new WorkersScript(`${this.name}-keeper`, inputs, this.child());
    new WorkersScriptSubdomain(`${this.name}-keeper-subdomain`, noSubdomainInputs(args.accountId, keeper.scriptName), this.child());
    new WorkersCronTrigger(`${this.name}-keeper-crons`, cronInputs(args.accountId, keeper.scriptName), this.child());
    return keeper;
  }

  /** The queue between the bucket and the keeper. Gives the name of the dead-letter queue. */
  private feedKeeper(args: FileStoreArgs, files: R2Bucket, keeper: WorkersScript): pulumi.Output<string> {
    const { accountId } = args;
    const names = fileStoreNames(args);
    const events = new Queue(`${this.name}-events`, queueInputs(accountId, names.events), this.child());
    const deadEvents = new Queue(`${this.name}-events-dead`, queueInputs(accountId, names.deadEvents), this.child());
    const consumer = consumerInputs(accountId, {
      queueId: events.queueId,
      scriptName: keeper.scriptName,
      deadLetterQueue: deadEvents.queueName,
    });
    new QueueConsumer(`${this.name}-consumer`, consumer, this.child());
    new R2BucketEventNotification(`${this.name}-notification`, notificationInputs(accountId, files.name, events.queueId), this.child());
    return deadEvents.queueName;
  }

  private openGateway(args: FileStoreArgs, { files, vault, keeper }: { files: R2Bucket; vault: R2Bucket; keeper: WorkersScript }): FilesGateway {
    const { gateway: scriptName } = fileStoreNames(args);
    const { current, previous } = args.signingGenerations;
    const secrets = {
      current: this.signingSecret(current),
      ...(previous === undefined ? {} : { previous: this.signingSecret(previous) }),
    };
    const bound = { files: files.name, vault: vault.name, keeper: keeper.scriptName, secrets };
    const gateway = new WorkersScript(`${this.name}-gateway`, gatewayInputs(args, scriptName, bound), this.child());
    new WorkersScriptSubdomain(`${this.name}-gateway-subdomain`, noSubdomainInputs(args.accountId, gateway.scriptName), this.child());
    new WorkersCustomDomain(`${this.name}-gateway-domain`, gatewayDomainInputs(args, gateway.scriptName), this.child());
    const keysOf = (scope: Scope): SigningKeys => ({
      current: secrets.current.apply((secret) => signingKey(secret, scope)),
      ...(secrets.previous === undefined ? {} : { previous: secrets.previous.apply((secret) => signingKey(secret, scope)) }),
    });
    return {
      url: `https://${filesHost(args.slug, args.zone)}`,
      keys: { api: keysOf("api"), operator: keysOf("operator"), status: keysOf("status") },
    };
  }

  private signingSecret(generation: number): pulumi.Output<string> {
    return pulumi.secret(new RandomPassword(`${this.name}-signing-secret-g${generation}`, signingSecretInputs(generation), this.child()).result);
  }
}
