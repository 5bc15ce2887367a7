import type { QueueArgs } from "@pulumi/cloudflare/queue";
import type { QueueConsumerArgs } from "@pulumi/cloudflare/queueConsumer";
import type { R2BucketCorsArgs } from "@pulumi/cloudflare/r2bucketCors";
import type { R2BucketEventNotificationArgs } from "@pulumi/cloudflare/r2bucketEventNotification";
import type { WorkersScriptArgs } from "@pulumi/cloudflare/workersScript";
import type { WorkersScriptSubdomainArgs } from "@pulumi/cloudflare/workersScriptSubdomain";
import type { Input } from "@pulumi/pulumi";
import { type EnvironmentSlug, bucketName, physicalName } from "../config/naming";
import { checkBucketName } from "./r2-bucket";
import type { R2PermissionIds } from "./r2-credentials";
import type { Generations } from "./secret-store-inputs";

export interface FileStoreArgs {
  readonly slug: EnvironmentSlug;
  readonly accountId: string;
  /** The bucket's name where it is not the environment's own. */
  readonly bucket?: string;
  /** Origins of the web app (`https://app.chisan.app`), whose pages upload and download with presigned addresses. */
  readonly origins: readonly string[];
  /** Days that a superseded or deleted version is kept; 30 in the operations document, section 3.1. */
  readonly versionDays: number;
  /** The Worker's content: `workerContent("file-version-keeper")`. */
  readonly keeper: string;
  readonly permissions: R2PermissionIds;
  /** Of the API's token. */
  readonly generations: Generations;
  readonly protect: boolean;
}

/** Physical names. */
export interface FileStoreNames {
  readonly files: string;
  readonly vault: string;
  readonly events: string;
  readonly deadEvents: string;
  readonly keeper: string;
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
  };
  for (const name of [names.events, names.deadEvents, names.keeper]) {
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

/** @throws CHI-C422 and CHI-C423 */
export function checkFileStore({ origins, versionDays }: Pick<FileStoreArgs, "origins" | "versionDays">): void {
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

/**
 * Only the app's own pages, only reading and writing one object (deleting is the API's), only the headers that an upload needs.
 * `ETag` is exposed because a multipart upload must repeat each part's.
 */
export function corsInputs(args: Pick<FileStoreArgs, "accountId" | "origins">, bucket: R2BucketCorsArgs["bucketName"]): R2BucketCorsArgs {
  return {
    accountId: args.accountId,
    bucketName: bucket,
    rules: [
      {
        id: "web-app",
        allowed: {
          origins: [...args.origins],
          methods: ["GET", "HEAD", "PUT"],
          headers: ["content-type", "content-disposition", "content-md5"],
        },
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

/** The Worker's only rights: these two buckets. */
export function keeperInputs(
  { accountId, keeper }: Pick<FileStoreArgs, "accountId" | "keeper">,
  scriptName: string,
  buckets: { files: Input<string>; vault: Input<string> },
): WorkersScriptArgs {
  return {
    accountId,
    scriptName,
    content: keeper,
    mainModule: "index.js",
    // The date that the Worker is tested with (workers/file-version-keeper.test.ts).
    compatibilityDate: "2026-03-01",
    bindings: [
      { type: "r2_bucket", name: "FILES", bucketName: buckets.files },
      { type: "r2_bucket", name: "VAULT", bucketName: buckets.vault },
    ],
    observability: { enabled: true, headSamplingRate: 1, logs: { enabled: true, headSamplingRate: 1, invocationLogs: true } },
  };
}

/** No workers.dev address: the Worker is called by its queue and by nothing else. */
export function noSubdomainInputs(accountId: string, scriptName: WorkersScriptSubdomainArgs["scriptName"]): WorkersScriptSubdomainArgs {
  return { accountId, scriptName, enabled: false, previewsEnabled: false };
}
