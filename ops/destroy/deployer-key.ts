/**
 * The S3 key of whoever deploys. R2 has a key for each API token that may edit R2: its id, and the SHA-256 of its value
 * (https://developers.cloudflare.com/r2/api/tokens/). So emptying a bucket needs no key of its own, which would lie about and could leak.
 */
import { createHash } from "node:crypto";
import { z } from "zod";
import { VendorApi, VendorApiError, defaultTiming, type ClientTiming, type VendorApiWords } from "../../components/vendor-api/client";
import { connectionFrom } from "../../components/vendor-api/connection";
import type { BucketAccess } from "../connections/connections";
import type { Target } from "../engine/target";
import { sandboxToken, sandboxTokenId } from "../../sandbox/control/environment";
import { sandboxDirectory, sandboxPaths } from "../../sandbox/control/paths";
import { readRunning } from "../../sandbox/control/running";

/** How a bucket of the account is reached. Secret. */
export type DeployerAccess = (bucket: string) => BucketAccess;

/** @throws CHI-O020 to CHI-O023 */
export async function deployerAccess(target: Pick<Target, "kind" | "environment">, accountId: string): Promise<DeployerAccess> {
  const { endpoint, token, id } = target.kind === "cloud" ? await ofCloud(target.environment, accountId) : ofSandbox();
  return (bucket) => ({ endpoint, bucket, accessKeyId: id, secretAccessKey: createHash("sha256").update(token).digest("hex") });
}

function ofSandbox() {
  const running = readRunning(sandboxPaths(sandboxDirectory()));
  if (running === undefined) throw new Error("CHI-O023 the sandbox's service does not run, so nobody knows what is in the buckets; nothing was destroyed: npx chisan sandbox start");
  return { endpoint: running.s3Url, token: sandboxToken, id: sandboxTokenId };
}

const words: VendorApiWords = {
  codes: { refused: "CHI-O020", gaveUp: "CHI-O021", notAsDescribed: "CHI-O022" },
  urlVariable: "CLOUDFLARE_API_URL",
  clientFile: "ops/destroy/deployer-key.ts",
  advice: { 401: "check CLOUDFLARE_API_TOKEN; it may have expired", 403: "check CLOUDFLARE_API_TOKEN" },
  message: (body) => (body as { errors?: { message?: unknown }[] }).errors?.[0]?.message,
};
const answerShape = z.object({ result: z.object({ id: z.string().min(1) }) });
const timing: ClientTiming = { ...defaultTiming, requestDeadline: 60_000 };

/** https://developers.cloudflare.com/api/resources/accounts/subresources/tokens/methods/verify/, and the same of a person's token. */
async function ofCloud(environment: NodeJS.ProcessEnv, accountId: string) {
  const connection = connectionFrom(
    {
      url: "https://api.cloudflare.com/client/v4",
      urlVariable: "CLOUDFLARE_API_URL",
      tokenVariable: "CLOUDFLARE_API_TOKEN",
      tokenAdvice: "export a token that may edit R2 (dash.cloudflare.com → API tokens)",
      codes: { token: "CHI-O023", address: "CHI-O023" },
    },
    environment,
  );
  const api = new VendorApi(words, connection, timing);
  const idAt = async (path: string) => (await api.json("GET", path, answerShape)).result.id;
  const id = await idAt(`/accounts/${encodeURIComponent(accountId)}/tokens/verify`).catch((error: unknown) => {
    if (error instanceof VendorApiError && error.status !== undefined && error.status < 500) return idAt("/user/tokens/verify");
    throw error;
  });
  return { endpoint: `https://${accountId}.r2.cloudflarestorage.com`, token: connection.token, id };
}
