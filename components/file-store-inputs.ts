import { createHmac } from "node:crypto";
import type { QueueArgs } from "@pulumi/cloudflare/queue";
import type { QueueConsumerArgs } from "@pulumi/cloudflare/queueConsumer";
import type { R2BucketCorsArgs } from "@pulumi/cloudflare/r2bucketCors";
import type { R2BucketEventNotificationArgs } from "@pulumi/cloudflare/r2bucketEventNotification";
import type { WorkersCronTriggerArgs } from "@pulumi/cloudflare/workersCronTrigger";
import type { WorkersCustomDomainArgs } from "@pulumi/cloudflare/workersCustomDomain";
import type { WorkersScriptArgs } from "@pulumi/cloudflare/workersScript";
import type { WorkersScriptSubdomainArgs } from "@pulumi/cloudflare/workersScriptSubdomain";
import type { Input } from "@pulumi/pulumi";
import type { RandomPasswordArgs } from "@pulumi/random/randomPassword";
import { type EnvironmentSlug, bucketName, physicalName } from "../config/naming";
import { purgeCron, sweepCron } from "../workers/file-versions/crons";
import { lockDays } from "../workers/file-versions/periods";
import type { Scope } from "../workers/file-versions/signature";
import { type Retention, checkBucketName } from "./r2-bucket";
import type { R2PermissionIds } from "./r2-credentials";
import type { Generations } from "./secret-store-inputs";

export interface FileStoreArgs {
  readonly slug: EnvironmentSlug;
  readonly accountId: string;
  /** The bucket's name where it is not the environment's own. */
  readonly bucket?: string;
  /** Origins of the web app (`https://app.chisan.app`), whose pages download from the bucket and upload through the gateway, with signed addresses. */
  readonly origins: readonly string[];
  /** Days that a superseded or deleted version is kept; 30 in the operations document, section 3.1. */
  readonly versionDays: number;
  /** The Worker's content: `workerContent("file-version-keeper")`. */
  readonly keeper: string;
  /** The Worker's content: `workerContent("files-gateway")`. */
  readonly gateway: string;
  /** The zone that the gateway's host (`filesHost`) is in. */
  readonly zone: string;
  readonly zoneId: string;
  readonly permissions: R2PermissionIds;
  /** Of the API's token. */
  readonly generations: Generations;
  /** Of the secret that requests to the gateway are signed with. */
  readonly signingGenerations: Generations;
  readonly protect: boolean;
}

/** Physical names. */
export interface FileStoreNames {
  readonly files: string;
  readonly vault: string;
  readonly events: string;
  readonly deadEvents: string;
  readonly keeper: string;
  readonly gateway: string;
}

/** Cloudflare's limit on the name of a queue, and on that of a Worker. */
const nameLength = 63;

/** @throws CHI-C410 for a bucket's name, CHI-C420 for another name that Cloudflare would not accept, CHI-C421 when two buckets would be one */
export function fileStoreNames({ slug, bucket }: Pick<FileStoreArgs, "slug" | "bucket">): FileStoreNames {
  const names = {
    files: checkBucketName(bucket ?? bucketName(slug, "files")),
    vault: checkBucketName(bucketName(slug, "files-vault")),
    events: physicalName(slug, "file-events"),
    deadEvents: physicalName(slug, "file-events-dead"),
    keeper: physicalName(slug, "file-version-keeper"),
    gateway: physicalName(slug, "files-gateway"),
  };
  for (const name of [names.events, names.deadEvents, names.keeper, names.gateway]) {
    if (!/^[a-z0-9][a-z0-9-]*[a-z0-9]$/.test(name) || name.length > nameLength) {
      throw new Error(
        `CHI-C420 "${name}" (${name.length} characters) cannot name a queue or a Worker: use at most ${nameLength} lower-case letters, digits and hyphens`,
      );
    }
  }
  if (names.files === names.vault) {
    throw new Error(
      `CHI-C421 the files' bucket and its vault are both "${names.files}": run pulumi config rm chisan:filesBucket, or give another name`,
    );
  }
  return names;
}

/** The gateway's host: `files.chisan.app`, and `files-staging.chisan.app` in the other environments. */
export function filesHost(slug: EnvironmentSlug, zone: string): string {
  return slug === "prod" ? `files.${zone}` : `files-${slug}.${zone}`;
}

/** @throws CHI-C422, CHI-C423 and CHI-C424 */
export function checkFileStore({ origins, versionDays, slug, zone }: Pick<FileStoreArgs, "origins" | "versionDays" | "slug" | "zone">): void {
  const host = filesHost(slug, zone);
  if (origins.includes(`https://${host}`)) {
    throw new Error(`CHI-C424 the web app's host is ${host}, which is the files gateway's: give the app another, pulumi config rm chisan:appDomain`);
  }
  const wrong = origins.filter((origin) => !/^https:\/\/[a-z0-9.-]+$/.test(origin));
  if (origins.length === 0 || wrong.length > 0) {
    throw new Error(
      `CHI-C422 the origins that may use the files' bucket are [${origins.join(", ")}]: give at least one https:// origin, without path, port or "*"`,
    );
  }
  if (!Number.isSafeInteger(versionDays) || versionDays < 1) {
    throw new Error(`CHI-C423 versions of files are to be kept ${versionDays} days: give a whole number, 1 or more, in stacks/`);
  }
}

/** Only the app's own pages, and only reading: whoever writes straight into the bucket goes past the gateway (docs/files.md). */
export function corsInputs(args: Pick<FileStoreArgs, "accountId" | "origins">, bucket: R2BucketCorsArgs["bucketName"]): R2BucketCorsArgs {
  return {
    accountId: args.accountId,
    bucketName: bucket,
    rules: [
      {
        id: "web-app",
        allowed: { origins: [...args.origins], methods: ["GET", "HEAD"], headers: ["range"] },
        exposeHeaders: ["ETag"],
        maxAgeSeconds: 3600,
      },
    ],
  };
}

/** 14 days, Cloudflare's longest: an event that is lost is a version that is lost. All settings are given, so that none is left to drift. */
export function queueInputs(accountId: string, queueName: string): QueueArgs {
  return { accountId, queueName, settings: { deliveryDelay: 0, deliveryPaused: false, messageRetentionPeriod: 14 * 86_400 } };
}

/** One rule for all events: R2 refuses rules of one bucket that overlap. The actions are all that create or delete. */
export function notificationInputs(
  accountId: string,
  bucket: R2BucketEventNotificationArgs["bucketName"],
  queueId: R2BucketEventNotificationArgs["queueId"],
): R2BucketEventNotificationArgs {
  return {
    accountId,
    bucketName: bucket,
    queueId,
    rules: [
      {
        description: "every change of a file, for the version vault",
        actions: ["PutObject", "CopyObject", "CompleteMultipartUpload", "DeleteObject", "LifecycleDeletion"],
      },
    ],
  };
}

/**
 * Small batches soon: until its copy is made, an overwritten version is lost. 100 retries (Cloudflare's most) five minutes apart ride out
 * eight hours of trouble; then the event waits 14 days in the dead-letter queue.
 */
export function consumerInputs(
  accountId: string,
  { queueId, scriptName, deadLetterQueue }: { queueId: Input<string>; scriptName: Input<string>; deadLetterQueue: Input<string> },
): QueueConsumerArgs {
  return {
    accountId,
    queueId,
    type: "worker",
    scriptName,
    deadLetterQueue,
    settings: { batchSize: 10, maxWaitTimeMs: 1000, maxRetries: 100, retryDelay: 300 },
  };
}

/**
 * On all objects of the vault. A day longer than the period, because the lock counts from a copy's upload and the period from when the version
 * is superseded: a copy is at most a day old then (workers/file-versions/periods.ts).
 */
export function vaultLock({ versionDays }: Pick<FileStoreArgs, "versionDays">): readonly Retention[] {
  return [{ label: "versions", prefix: "", days: lockDays(versionDays) }];
}

const observability = (invocationLogs: boolean) => ({
  enabled: true,
  headSamplingRate: 1,
  logs: { enabled: true, headSamplingRate: 1, invocationLogs },
});

/** The date that the Workers are tested with (workers/*.test.ts). */
const compatibilityDate = "2026-03-01";
/** Names an upload's classes once; the next change of classes takes the next tag. */
const migrationTag = "v1";

/** A Worker on the two buckets, with a Durable Object of its own in SQLite. */
interface ScriptBuckets {
  readonly files: Input<string>;
  readonly vault: Input<string>;
}

/** The keeper's only rights: these two buckets. */
export function keeperInputs(
  { accountId, keeper, versionDays }: Pick<FileStoreArgs, "accountId" | "keeper" | "versionDays">,
  scriptName: string,
  buckets: ScriptBuckets,
): WorkersScriptArgs {
  return {
    accountId,
    scriptName,
    content: keeper,
    mainModule: "index.js",
    compatibilityDate,
    bindings: [
      { type: "r2_bucket", name: "FILES", bucketName: buckets.files },
      { type: "r2_bucket", name: "VAULT", bucketName: buckets.vault },
      { type: "durable_object_namespace", name: "LEDGER", className: "Ledger" },
      { type: "plain_text", name: "VERSION_DAYS", text: String(versionDays) },
    ],
    migrations: { newTag: migrationTag, newSqliteClasses: ["Ledger"] },
    observability: observability(true),
  };
}

/** The secret that signs requests to the gateway, and the one before while rotating. */
export interface SigningSecrets {
  readonly current: Input<string>;
  readonly previous?: Input<string>;
}

/**
 * The gateway's only rights: these two buckets, and reading the keeper's ledger. Addresses are not logged: their signatures are good for some
 * minutes.
 */
export function gatewayInputs(
  { accountId, gateway, origins }: Pick<FileStoreArgs, "accountId" | "gateway" | "origins">,
  scriptName: string,
  { files, vault, keeper, secrets }: ScriptBuckets & { keeper: Input<string>; secrets: SigningSecrets },
): WorkersScriptArgs {
  return {
    accountId,
    scriptName,
    content: gateway,
    mainModule: "index.js",
    compatibilityDate,
    bindings: [
      { type: "r2_bucket", name: "FILES", bucketName: files },
      { type: "r2_bucket", name: "VAULT", bucketName: vault },
      { type: "durable_object_namespace", name: "FILE", className: "FileObject" },
      { type: "durable_object_namespace", name: "LEDGER", className: "Ledger", scriptName: keeper },
      { type: "plain_text", name: "ORIGINS", text: origins.join(",") },
      { type: "secret_text", name: "SIGNING_SECRET", text: secrets.current },
      ...(secrets.previous === undefined ? [] : [{ type: "secret_text", name: "SIGNING_SECRET_PREVIOUS", text: secrets.previous }]),
    ],
    migrations: { newTag: migrationTag, newSqliteClasses: ["FileObject"] },
    observability: observability(false),
  };
}

/** 64 characters of 62: 381 bits. */
export function signingSecretInputs(generation: number): RandomPasswordArgs {
  return { length: 64, special: false, keepers: { generation: String(generation) } };
}

/** What one kind of signer holds: no other kind's key, nor the secret, can be found from it (workers/file-versions/signature.ts, `scopeKey`). */
export function signingKey(secret: string, scope: Scope): string {
  return createHmac("sha256", secret).update(`chisan-files/${scope}`).digest("hex");
}

/** The gateway's address. Cloudflare makes its DNS record and certificate. */
export function gatewayDomainInputs(
  { accountId, slug, zone, zoneId }: Pick<FileStoreArgs, "accountId" | "slug" | "zone" | "zoneId">,
  service: Input<string>,
): WorkersCustomDomainArgs {
  return { accountId, zoneId, hostname: filesHost(slug, zone), service };
}

/** When the keeper compares the bucket with the vault, and purges. */
export function cronInputs(accountId: string, scriptName: Input<string>): WorkersCronTriggerArgs {
  return { accountId, scriptName, schedules: [{ cron: sweepCron }, { cron: purgeCron }] };
}

/** No workers.dev address: the keeper is called by its queue and its crons, the gateway under its own host. */
export function noSubdomainInputs(accountId: string, scriptName: WorkersScriptSubdomainArgs["scriptName"]): WorkersScriptSubdomainArgs {
  return { accountId, scriptName, enabled: false, previewsEnabled: false };
}
