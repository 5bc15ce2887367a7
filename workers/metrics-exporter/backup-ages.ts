/** How long ago each scheduled run last left its proof in the backups' bucket. */
import { ListObjectsV2Command, S3Client } from "@aws-sdk/client-s3";
import { type ScheduledKind, proofName, proofPrefixes } from "../../config/exported-metrics";
import { ExporterError, words } from "./exporter-error";

export interface BackupSource {
  /** `https://<account>.r2.cloudflarestorage.com` */
  readonly endpoint: string;
  readonly bucket: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** What runs in this environment. */
  readonly kinds: readonly ScheduledKind[];
}

export type BackupAges = Readonly<Partial<Record<ScheduledKind, number>>>;

/** A prefix holds a few hundred objects; more pages than this are a listing that does not end. */
const pageLimit = 1_000;

/** Credentials can only read; the region is R2's only one. */
export function backupClient({ endpoint, accessKeyId, secretAccessKey }: BackupSource): S3Client {
  return new S3Client({
    endpoint,
    region: "auto",
    credentials: { accessKeyId, secretAccessKey },
    // The bucket in the path: what R2's endpoint without a bucket's own host name expects.
    forcePathStyle: true,
    maxAttempts: 2,
  });
}

/**
 * Seconds since the newest proof of each kind.
 *
 * A kind without any proof has the age of a proof from 1970-01-01 (some 1.8 × 10⁹ s, above any threshold): "never" must alert, and a
 * metric that is absent would not.
 *
 * @throws ExporterError CHI-X007 when the bucket cannot be listed
 */
export async function readBackupAges(
  client: S3Client,
  source: BackupSource,
  signal: AbortSignal,
  now: () => number = Date.now,
): Promise<BackupAges> {
  const ages = await Promise.all(
    source.kinds.map(async (kind): Promise<[ScheduledKind, number]> => {
      const newest = await newestProof(client, source.bucket, proofPrefixes[kind], signal);
      // A vendor's clock ahead of ours makes no negative age.
      return [kind, Math.max(0, (now() - newest) / 1000)];
    }),
  );
  return Object.fromEntries(ages);
}

/** When the newest proof was written, in milliseconds since 1970; 0 when there is none. */
async function newestProof(client: S3Client, bucket: string, prefix: string, signal: AbortSignal): Promise<number> {
  let newest = 0;
  let next: string | undefined;
  for (let page = 0; page < pageLimit; page += 1) {
    const answer = await list(client, bucket, prefix, next, signal);
    for (const { Key: key, LastModified: written } of answer.Contents ?? []) {
      if (isProof(key, prefix) && written !== undefined) newest = Math.max(newest, written.getTime());
    }
    next = answer.NextContinuationToken;
    if (answer.IsTruncated !== true || next === undefined) return newest;
  }
  throw new ExporterError("CHI-X007", `the list of ${prefix} in ${bucket} has more than ${pageLimit} pages: see what writes there`);
}

/** The proof itself: `database/daily/…/manifest.json`, not `…/old-manifest.json`. */
function isProof(key: string | undefined, prefix: string): boolean {
  return key !== undefined && key.startsWith(prefix) && key.slice(prefix.length - 1).endsWith(`/${proofName}`);
}

async function list(client: S3Client, bucket: string, prefix: string, next: string | undefined, signal: AbortSignal) {
  try {
    return await client.send(new ListObjectsV2Command({ Bucket: bucket, Prefix: prefix, ContinuationToken: next }), {
      abortSignal: signal,
    });
  } catch (error) {
    if (signal.aborted) throw signal.reason;
    const status = (error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode;
    const answered = status === undefined ? "" : `HTTP ${status}, `;
    throw new ExporterError(
      "CHI-X007",
      `${prefix} in ${bucket} cannot be listed (${answered}${words(error)}): see www.cloudflarestatus.com, and that the backups' reader token exists`,
    );
  }
}
