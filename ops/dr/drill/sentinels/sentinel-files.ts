/** Sentinels as files, written through the files gateway as the application writes, and read back by their content. */
import { S3Client, GetObjectCommand, ListObjectsV2Command } from "@aws-sdk/client-s3";
import { setTimeout as sleep } from "node:timers/promises";
import { signedAddress } from "../../../../workers/file-versions/signature";
import { errorSaid, isToBeSentAgain } from "../../../files/send-again";
import type { SentinelStore } from "./sentinel-rows";

const prefix = "drill/sentinels/";
const attempts = 4;

/** How the application of a stack reaches its files. All but the addresses is secret. */
export interface ApplicationFiles {
  /** Of the gateway. */
  readonly gateway: string;
  /** The gateway's key for the API's scope (FILES_GATEWAY_SECRET). */
  readonly gatewayKey: string;
  /** Seconds that the gateway's clock is ahead: the sandbox's can be moved. */
  readonly clockAhead: number;
  readonly s3: { readonly endpoint: string; readonly bucket: string; readonly accessKeyId: string; readonly secretAccessKey: string };
}

export function openFiles({ gateway, gatewayKey, clockAhead, s3 }: ApplicationFiles): SentinelStore {
  const { endpoint, bucket, accessKeyId, secretAccessKey } = s3;
  const client = new S3Client({ endpoint, credentials: { accessKeyId, secretAccessKey }, region: "auto", forcePathStyle: true });

  async function put(key: string, body: string): Promise<void> {
    // Signed once: sent again in its life, it is carried out once.
    const request = { method: "PUT", base: gateway, path: "/files", parameters: { key }, scope: "api", life: 120, now: new Date(Date.now() + clockAhead * 1000) } as const;
    const address = await signedAddress(request, gatewayKey);
    let problem = "";
    for (let attempt = 0; attempt < attempts; attempt += 1) {
      if (attempt > 0) await sleep(250 * 2 ** attempt);
      // The address is in no message: it carries a signature.
      const answer = await fetch(address, { method: "PUT", body }).catch(() => undefined);
      if (answer?.ok === true) return;
      problem = answer === undefined ? "no answer" : await errorSaid(answer);
      if (answer !== undefined && !isToBeSentAgain(answer.status, problem)) break;
    }
    throw new Error(`CHI-H123 the files gateway at ${new URL(gateway).host} did not take ${key} (${problem}): run the same command again, it carries on`);
  }

  return {
    write: (number, at, content) => put(`${prefix}${String(number).padStart(6, "0")}.json`, JSON.stringify({ at: at.toISOString(), content })),
    async read() {
      const found = new Map<number, string>();
      for (let after: string | undefined, more = true; more; ) {
        const page = await client.send(new ListObjectsV2Command({ Bucket: bucket, Prefix: prefix, StartAfter: after }));
        for (const { Key = "" } of page.Contents ?? []) {
          const { Body } = await client.send(new GetObjectCommand({ Bucket: bucket, Key }));
          found.set(Number.parseInt(Key.slice(prefix.length), 10), contentOf((await Body?.transformToString()) ?? ""));
        }
        after = page.Contents?.at(-1)?.Key;
        more = page.IsTruncated === true && after !== undefined;
      }
      return found;
    },
    close: () => Promise.resolve(client.destroy()),
  };
}

/** One that came back damaged is there, and is not what was written. */
function contentOf(text: string): string {
  try {
    return String((JSON.parse(text) as { content?: unknown }).content);
  } catch {
    return `damaged, ${text.length} characters`;
  }
}
