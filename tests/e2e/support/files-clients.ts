/** Those who read and write the users' files in a test: the application as its variables make it, and whoever holds an S3 key. */
import { createHmac, createHash, randomUUID } from "node:crypto";
import { GetObjectCommand, ListObjectsV2Command, S3Client } from "@aws-sdk/client-s3";
import type { WorldRecord } from "../../../sandbox/world/world";

export interface S3Key {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

interface EnvironmentEntry {
  name: string;
  value?: string;
  valueSource?: { secretKeyRef: { secret: string; version: string } };
}

/** The variables of a Cloud Run service, with what its secrets hold: what its process sees. @throws when there is no such service */
export function variablesOfService(world: readonly WorldRecord[], service: string): Record<string, string> {
  const record = world.find(({ type, id }) => type.startsWith("gcp:cloudrunv2/service:") && id.endsWith(`/services/${service}`));
  if (record === undefined) throw new Error(`the world has no Cloud Run service ${service}`);
  const { containers } = record.inputs.template as unknown as { containers: { envs?: EnvironmentEntry[] }[] };
  const secretOf = ({ secret, version }: { secret: string; version: string }) =>
    String(world.find(({ type, id }) => type.startsWith("gcp:secretmanager/secretVersion:") && id.endsWith(`/secrets/${secret}/versions/${version}`))?.inputs.secretData);
  const entries = containers.flatMap(({ envs = [] }) => envs);
  return Object.fromEntries(entries.map(({ name, value, valueSource }) => [name, valueSource === undefined ? String(value) : secretOf(valueSource.secretKeyRef)]));
}

/** The S3 key of a token of the account, by the token's name. @throws when there is none */
export function s3KeyOf(world: readonly WorldRecord[], tokenName: string): S3Key {
  const token = world.find(({ type, inputs }) => type === "cloudflare:index/accountToken:AccountToken" && inputs.name === tokenName);
  if (token === undefined) throw new Error(`the world has no token ${tokenName}`);
  return { accessKeyId: String(token.outputs.id), secretAccessKey: createHash("sha256").update(String(token.outputs.value)).digest("hex") };
}

export function s3Client(endpoint: string, credentials: S3Key): S3Client {
  return new S3Client({ endpoint, credentials, region: "auto", forcePathStyle: true, maxAttempts: 1 });
}

export async function bytesOf(s3: S3Client, Bucket: string, Key: string): Promise<Buffer> {
  const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }));
  return Buffer.from((await Body?.transformToByteArray()) ?? []);
}

export async function keysIn(s3: S3Client, Bucket: string, Prefix?: string): Promise<string[]> {
  const { Contents = [], IsTruncated } = await s3.send(new ListObjectsV2Command({ Bucket, Prefix }));
  if (IsTruncated) throw new Error(`${Bucket} has more than one page: adapt the test`);
  return Contents.map(({ Key = "" }) => Key);
}

export interface Written {
  etag: string;
  uploaded: string;
  size: number;
}

/** Signs as docs/files.md says, and not with the repository's own signer: the document is the contract. */
export class SignedClient {
  /** Seconds that the signer's clock is ahead of the machine's. */
  public ahead = 0;

  public constructor(
    public url: string,
    private readonly key: string,
    private readonly scope: "api" | "operator" = "api",
  ) {}

  public address(method: string, path: string, parameters: Record<string, string>): string {
    const expires = String(Math.floor(Date.now() / 1000) + this.ahead + 300);
    const all = { ...parameters, scope: this.scope, expires, nonce: randomUUID() };
    const sorted = Object.entries(all).sort(([one], [other]) => (one < other ? -1 : 1));
    const signature = createHmac("sha256", this.key).update(JSON.stringify(["chisan-files-1", method, path, sorted])).digest("hex");
    return `${this.url}${path}?${new URLSearchParams({ ...all, signature }).toString()}`;
  }

  /** @throws with what the gateway said when it refuses */
  public async call(method: string, path: string, parameters: Record<string, string>, body?: Buffer | string): Promise<Response> {
    const response = await fetch(this.address(method, path, parameters), { method, body });
    if (!response.ok) throw new Error(`${method} ${path} was answered ${response.status}: ${await response.text()}`);
    return response;
  }

  public async put(key: string, body: Buffer | string, more: Record<string, string> = {}): Promise<Written> {
    return (await (await this.call("PUT", "/files", { key, ...more }, body)).json()) as Written;
  }

  public async delete(key: string): Promise<{ deleted: boolean; time: string }> {
    return (await (await this.call("DELETE", "/files", { key })).json()) as { deleted: boolean; time: string };
  }

  public async putInParts(key: string, parts: readonly Buffer[]): Promise<Written> {
    const { uploadId: upload } = (await (await this.call("POST", "/uploads", { key })).json()) as { uploadId: string };
    const sent: unknown[] = [];
    for (const [index, part] of parts.entries()) sent.push(await (await this.call("PUT", "/uploads", { key, upload, part: String(index + 1) }, part)).json());
    return (await (await this.call("POST", "/uploads", { key, upload }, JSON.stringify({ parts: sent }))).json()) as Written;
  }
}
