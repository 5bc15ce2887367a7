/** What the kit opens, where it is now: in the sandbox the ports of a restart are others, and no host name resolves. */
import { fileStoreNames } from "../../../components/file-store-inputs";
import { environmentSlug } from "../../../config/naming";
import { runningFiles } from "../../../sandbox/control/running-files";
import { openSession } from "../../../sandbox/control/session";
import type { BucketAccess } from "../../connections/connections";
import type { FilesAccess } from "../../connections/files-access";
import type { Kit } from "./kit";

/** The sandbox as far as it is needed here: its S3 endpoint, its Workers, its clock. */
export interface SandboxPlaces {
  endpoint(): Promise<string>;
  workers(): Promise<{ readonly workers: Readonly<Record<string, string>>; readonly offsetSeconds: number }>;
}

/** The service is started where it does not run. */
const theSandbox: SandboxPlaces = {
  endpoint: async () => (await openSession()).running.s3Url,
  workers: async () => runningFiles((await openSession()).running),
};

/** The backups, to be read only. Ask for it when it is used: the sandbox's address changes when that is started anew. */
export async function kitBackups({ cloudflareAccountId, backups }: Kit, cloud: boolean, sandbox: SandboxPlaces = theSandbox): Promise<BucketAccess> {
  return { endpoint: cloud ? `https://${cloudflareAccountId}.r2.cloudflarestorage.com` : await sandbox.endpoint(), ...backups };
}

/**
 * The files' gateway. Ask for it when it is used.
 *
 * @throws CHI-H028 when the sandbox does not run that gateway
 */
export async function kitFiles({ stack, files }: Kit, cloud: boolean, sandbox: SandboxPlaces = theSandbox): Promise<FilesAccess> {
  const { gateway, operatorKey } = files;
  if (cloud) return { url: gateway, operatorKey };
  const name = fileStoreNames({ slug: environmentSlug(stack) }).gateway;
  const { workers, offsetSeconds } = await sandbox.workers();
  const url = workers[name];
  if (url === undefined) throw new Error(`CHI-H028 the Worker ${name} does not run in the sandbox: npx chisan up ${stack} declares it, npx chisan sandbox status tells why it does not run`);
  return { url, operatorKey, ...(offsetSeconds === 0 ? {} : { clockAhead: offsetSeconds }) };
}
