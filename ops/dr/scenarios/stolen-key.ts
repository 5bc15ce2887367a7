/** What a thief does with an S3 key, and what comes of it. */
import { mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { CopyObjectCommand, DeleteObjectCommand, DeleteObjectsCommand, ListObjectsV2Command, PutObjectCommand, type S3Client } from "@aws-sdk/client-s3";
import { sandboxEnvironment } from "../../../sandbox/control/environment";
import { pulumiExecutable, repositoryRoot } from "../../../sandbox/control/paths";
import { lastWords, type ScenarioSandbox } from "./scenario-sandbox";
import { runChild } from "./child";
import { s3KeyOfToken, type S3Key } from "./vendors";

/** How attempts on locked objects went, by the answer. */
export interface Attempts {
  readonly tried: number;
  /** With the lock's own answer. */
  readonly locked: number;
  /** Anything else, first of all success: `delete of database/daily/…: admitted`. */
  readonly others: readonly string[];
}

/** All keys below a prefix. */
export async function keysIn(s3: S3Client, Bucket: string, Prefix = ""): Promise<string[]> {
  const keys: string[] = [];
  for (let ContinuationToken: string | undefined; ; ) {
    const page = await s3.send(new ListObjectsV2Command({ Bucket, Prefix, ContinuationToken }));
    keys.push(...(page.Contents ?? []).map(({ Key = "" }) => Key));
    ContinuationToken = page.NextContinuationToken;
    if (ContinuationToken === undefined) return keys;
  }
}

/** Deletes, overwrites, copies over and deletes in bulk each of the objects: every way that S3 has to make an object's content go. */
export async function attack(s3: S3Client, Bucket: string, keys: readonly string[]): Promise<Attempts> {
  let [tried, locked] = [0, 0];
  const others: string[] = [];
  const [source = ""] = keys;
  for (const Key of keys) {
    const ways: Record<string, () => Promise<string>> = {
      delete: () => answerOf(s3.send(new DeleteObjectCommand({ Bucket, Key }))),
      overwrite: () => answerOf(s3.send(new PutObjectCommand({ Bucket, Key, Body: "your files are ours" }))),
      "copy over": () => answerOf(s3.send(new CopyObjectCommand({ Bucket, Key, CopySource: `${Bucket}/${encodeURIComponent(source)}`, MetadataDirective: "REPLACE" }))),
      "delete in bulk": async () => (await s3.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects: [{ Key }] } }))).Errors?.[0]?.Code ?? "admitted",
    };
    for (const [way, tryIt] of Object.entries(ways)) {
      tried += 1;
      const answer = await tryIt();
      if (answer === "ObjectLockedByBucketPolicy") locked += 1;
      else others.push(`${way} of ${Key}: ${answer}`);
    }
  }
  return { tried, locked, others };
}

/** "admitted", or the error's code. */
export async function answerOf(request: Promise<unknown>): Promise<string> {
  return request.then(() => "admitted", (error: Error) => error.name);
}

/** A token of the account that may do everything with every bucket through S3: the most that a leaked S3 key can be. */
export class AccountKey {
  private constructor(
    private readonly sandbox: ScenarioSandbox,
    private readonly directory: string,
    public readonly key: S3Key,
  ) {}

  /** As somebody made it in the dashboard, outside CHISAN's own stacks. */
  public static async make(sandbox: ScenarioSandbox, accountId: string): Promise<AccountKey> {
    const directory = join(sandbox.directory, "leak");
    mkdirSync(directory);
    writeFileSync(join(directory, "Pulumi.yaml"), "name: leak\nmain: index.js\nruntime:\n  name: nodejs\n  options:\n    typescript: false\n");
    writeFileSync(join(directory, "package.json"), JSON.stringify({ name: "leak", private: true, main: "index.js" }));
    writeFileSync(join(directory, "index.js"), program(accountId));
    symlinkSync(join(repositoryRoot, "node_modules"), join(directory, "node_modules"));
    await pulumi(sandbox, directory, "stack", "init", "leak");
    await pulumi(sandbox, directory, "up", "--stack", "leak", "--yes", "--skip-preview");
    return new AccountKey(sandbox, directory, s3KeyOfToken(sandbox.world(), "leaked-account-key"));
  }

  /** As somebody deletes it in the dashboard. */
  public async revoke(): Promise<void> {
    await pulumi(this.sandbox, this.directory, "destroy", "--stack", "leak", "--yes", "--skip-preview", "--remove");
    rmSync(this.directory, { recursive: true });
  }
}

async function pulumi(sandbox: ScenarioSandbox, directory: string, ...args: string[]): Promise<void> {
  const environment = sandboxEnvironment(sandbox.environment, sandbox.paths, sandbox.running());
  const ended = await runChild(pulumiExecutable, [...args, "--non-interactive"], { environment, directory, signal: sandbox.signal, note: sandbox.note });
  if (ended.code !== 0) throw new Error(`CHI-H163 \`pulumi ${args.join(" ")}\` failed: ${lastWords(ended.text)}`);
}

function program(accountId: string): string {
  return `const { AccountToken } = require("@pulumi/cloudflare/accountToken");
const { getAccountApiTokenPermissionGroupsListOutput } = require("@pulumi/cloudflare/getAccountApiTokenPermissionGroupsList");
const accountId = ${JSON.stringify(accountId)};
const { results } = getAccountApiTokenPermissionGroupsListOutput({ accountId });
new AccountToken("leak", {
  accountId,
  name: "leaked-account-key",
  policies: [{
    effect: "allow",
    permissionGroups: [{ id: results.apply((all) => all.find(({ name }) => name === "Workers R2 Storage Write").id) }],
    resources: JSON.stringify({ ["com.cloudflare.api.account." + accountId]: "*" }),
  }],
});
`;
}
