/** The API of a stack, as far as files go: with the variables that its Cloud Run service has at the moment, and nothing else. */
import { GetObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { fileStoreNames } from "../../../components/file-store-inputs";
import { environmentSlug, type StackName } from "../../../config/naming";
import { signedAddress } from "../../../workers/file-versions/signature";
import type { ScenarioSandbox } from "./scenario-sandbox";
import { errorSaid, isToBeSentAgain } from "../../files/send-again";
import { variablesOfService, type S3Key } from "./vendors";

// As in ops/backup/object-store/object-store.ts.
process.env["AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED"] ??= "true";

/** What the API holds to work with files. All of it can leak. */
export interface ApiKeys {
  readonly bucket: string;
  readonly reader: S3Key;
  /** FILES_GATEWAY_SECRET. */
  readonly gatewayKey: string;
  readonly jwtSecret: string;
}

export function apiKeysOf(sandbox: ScenarioSandbox, stack: StackName): ApiKeys {
  const variables = variablesOfService(sandbox.world(), `chisan-${environmentSlug(stack)}-api`);
  const value = (name: string): string => {
    const found = variables[name];
    if (found === undefined || found === "") throw new Error(`CHI-H161 the API of ${stack} has no variable ${name}: npx chisan up ${stack}`);
    return found;
  };
  return {
    bucket: value("R2_BUCKET_NAME"),
    reader: { accessKeyId: value("R2_ACCESS_KEY_ID"), secretAccessKey: value("R2_SECRET_ACCESS_KEY") },
    gatewayKey: value("FILES_GATEWAY_SECRET"),
    jwtSecret: value("JWT_SECRET"),
  };
}

/** One attempt, no retry: what is asked is whether it is admitted. */
export function s3Client(endpoint: string, credentials: S3Key): S3Client {
  return new S3Client({ endpoint, credentials, region: "auto", forcePathStyle: true, maxAttempts: 1 });
}

/** A file's text, read as the API reads it. @throws the SDK's error when it is refused or not there */
export async function readFileAsApi(sandbox: ScenarioSandbox, { bucket, reader }: Pick<ApiKeys, "bucket" | "reader">, key: string): Promise<string> {
  const client = s3Client(sandbox.running().s3Url, reader);
  try {
    const { Body } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
    return (await Body?.transformToString()) ?? "";
  } finally {
    client.destroy();
  }
}

const attempts = 4;

/** A request of the API to the files gateway, sent again as the API does. Resolves to the status. */
export async function callGateway(sandbox: ScenarioSandbox, stack: StackName, gatewayKey: string, method: "PUT" | "DELETE", key: string, body?: string): Promise<number> {
  const { workers } = await sandbox.control<{ workers: Record<string, string> }>("GET", "/files");
  const name = fileStoreNames({ slug: environmentSlug(stack) }).gateway;
  const base = workers[name];
  if (base === undefined) throw new Error(`CHI-H165 the Worker ${name} does not run: npx chisan sandbox status`);
  const address = await signedAddress({ method, base, path: "/files", parameters: { key }, scope: "api", life: 120, now: new Date() }, gatewayKey);
  for (let attempt = 1; ; attempt += 1) {
    const response = await fetch(address, { method, ...(body === undefined ? {} : { body }) });
    const said = await errorSaid(response);
    if (attempt === attempts || !isToBeSentAgain(response.status, said)) return response.status;
    await new Promise((resolve) => setTimeout(resolve, 500 * attempt));
  }
}

/** Waits until every event of a file has been taken by the keeper. @throws CHI-H165 after a minute */
export async function eventsTaken(sandbox: ScenarioSandbox): Promise<void> {
  for (const deadline = Date.now() + 60_000; Date.now() < deadline; await new Promise((resolve) => setTimeout(resolve, 200))) {
    const { queues } = await sandbox.control<{ queues: Record<string, number> }>("GET", "/files");
    if (Object.values(queues).every((count) => count === 0)) return;
  }
  throw new Error("CHI-H165 the keeper did not take the files' events within a minute: npx chisan sandbox status");
}
