/** chisan-dr's API as its own variables make it: what it can reach, and with what. All of it secret. */
import type { BucketAccess } from "../../connections/connections";
import type { FilesAccess } from "../../connections/files-access";
import { applicationVariables } from "./declared-variables";
import type { DrStack } from "./dr-stack";
import type { FilesTarget } from "./files/restore-files";
import type { SignedGateway } from "./files/transfer";

export interface DrApplication {
  readonly databaseUrl: string;
  /** The key that reads the files' bucket. */
  readonly bucket: BucketAccess;
  /** The key that writes files, through the gateway. */
  readonly gateway: SignedGateway;
}

/** @throws CHI-H063 when a variable is missing: chisan-dr is not whole */
export async function drApplication(stack: Pick<DrStack, "resources" | "s3Endpoint" | "filesGateway">, apiName: string): Promise<DrApplication> {
  const api = applicationVariables(await stack.resources(), apiName).find(({ application }) => application.startsWith("API"));
  const given = (name: string): string => {
    const value = api?.variables.get(name);
    if (value === undefined || value === "") throw new Error(`CHI-H063 chisan-dr's API is given no ${name}: npx chisan up chisan-dr, then type the same command again`);
    return value;
  };
  return {
    databaseUrl: given("DATABASE_URL"),
    bucket: { endpoint: stack.s3Endpoint(given("R2_ACCOUNT_ID")), bucket: given("R2_BUCKET_NAME"), accessKeyId: given("R2_ACCESS_KEY_ID"), secretAccessKey: given("R2_SECRET_ACCESS_KEY") },
    gateway: { ...(await stack.filesGateway(given("FILES_GATEWAY_URL"))), key: given("FILES_GATEWAY_SECRET") },
  };
}

/** Its gateway, to copy files into: with the API's key, and with an operator's to see what is there. @throws CHI-H064 */
export async function filesTarget(stack: Pick<DrStack, "resources" | "s3Endpoint" | "filesGateway" | "outputs">, apiName: string): Promise<FilesTarget> {
  const { gateway: api } = await drApplication(stack, apiName);
  const { operatorKey } = ((await stack.outputs())["filesGateway"] ?? {}) as Partial<FilesAccess>;
  if (typeof operatorKey !== "string") throw new Error("CHI-H064 chisan-dr gives no output filesGateway: npx chisan up chisan-dr, then type the same command again");
  return { api, operator: { url: api.url, operatorKey, clockAhead: api.clockAhead ?? 0 } };
}
