import type { S3Client } from "@aws-sdk/client-s3";
import { DeleteObjectCommand, HeadObjectCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import { fileStoreNames } from "../../../components/file-store-inputs";
import { apiKeysOf, callGateway, eventsTaken, readFileAsApi, s3Client } from "./api-of-stack";
import type { Scenario } from "./scenario";
import type { ScenarioSandbox } from "./scenario-sandbox";
import { AccountKey, answerOf, attack, keysIn } from "./stolen-key";
import { variablesOfService } from "./vendors";

const stack = "staging";
const files: Readonly<Record<string, string>> = Object.fromEntries(
  Array.from({ length: 12 }, (_, index) => [`${index % 2 === 0 ? "orders" : "imports"}/${index}/document.txt`, `document ${index}`]),
);

const ransomed = "imports/1/document.txt";

/** Keys leak: whoever has them deletes and overwrites all that they admit. */
export const bucketEmptied: Scenario = {
  name: "bucket-emptied",
  title: "Files and backups are attacked with leaked keys",
  row: "Security breach",
  severity: "Critical",
  likelihood: "Low",
  procedure: "Incident response plan",
  runbook: "bucket-emptied.md",
  notRehearsed: "a leaked administrator's API token of Cloudflare, which can lift the locks themselves",
  stack,
  objective: { seconds: 3600, source: "section 3.3: none is given for files, an hour is ours" },
  async run({ sandbox, happened, lost, expect, noticed, recovered }) {
    const stolen = apiKeysOf(sandbox, stack);
    const { backupsBucket, backupsWriter } = await sandbox.outputs(stack);
    const { vault } = fileStoreNames({ slug: "staging" });
    for (const [key, text] of Object.entries(files)) {
      await callGateway(sandbox, stack, stolen.gatewayKey, "PUT", key, `first ${text}`);
      const status = await callGateway(sandbox, stack, stolen.gatewayKey, "PUT", key, text);
      if (status !== 200) throw new Error(`CHI-H170 the files gateway answered ${status} to a write before anything happened: npx chisan sandbox status`);
    }
    await eventsTaken(sandbox);
    await sandbox.chisan("backup", "run", "--stack", stack, "--kind", "daily");
    const time = new Date().toISOString();
    await new Promise((resolve) => setTimeout(resolve, 1100));

    const accountId = String(variablesOfService(sandbox.world(), "chisan-staging-api")["R2_ACCOUNT_ID"]);
    const account = await AccountKey.make(sandbox, accountId);
    const endpoint = sandbox.running().s3Url;
    const [anything, writer] = [s3Client(endpoint, account.key), s3Client(endpoint, backupsWriter)];
    try {
      await emptyFiles(sandbox, stolen.gatewayKey, anything, stolen.bucket);
      const left = await keysIn(anything, stolen.bucket);
      expect("nobody's file is as it was", left.every((key) => key === ransomed), left.join(", "));
      happened(`with the API's leaked secret and a leaked key of the account, all ${Object.keys(files).length} files were deleted, one replaced by a ransom note`);

      // Of these files alone: a sandbox that has seen other scenarios has hundreds of others.
      const vaultKeys = (await keysIn(anything, vault)).filter((key) => Object.keys(files).some((file) => key.startsWith(`${encodeURIComponent(file)}/`)));
      const onVault = await attack(anything, vault, vaultKeys);
      expect(`the vault refused all ${onVault.tried} attempts on ${vaultKeys.length} versions of them, by its lock`, vaultKeys.length >= 2 * Object.keys(files).length && onVault.locked === onVault.tried, onVault.others.slice(0, 5).join("; "));
      const backupKeys = (await keysIn(anything, backupsBucket)).filter((key) => key.startsWith("database/daily/"));
      const [byWriter, byAccount] = [await attack(writer, backupsBucket, backupKeys), await attack(anything, backupsBucket, backupKeys)];
      const tried = byWriter.tried + byAccount.tried;
      expect(`the backups refused all ${tried} attempts on their ${backupKeys.length} objects, by their lock`, backupKeys.length > 3 && byWriter.locked + byAccount.locked === tried, [...byWriter.others, ...byAccount.others].slice(0, 5).join("; "));
      const unlocked = (await keysIn(anything, backupsBucket)).filter((key) => !backupKeys.includes(key) && !key.startsWith("reports/"));
      for (const Key of unlocked) await anything.send(new DeleteObjectCommand({ Bucket: backupsBucket, Key }));
      happened(`vault and daily backups were attacked with the strongest key that S3 has; what has no lock (${unlocked.join(", ") || "nothing"}) was deleted`);

      noticed();
      // The page's step in the dashboard.
      await account.revoke();
      const printed = await sandbox.runbook("bucket-emptied.md", ["1.", "2.", "3.", "4."], { TIME: time });
      recovered();

      const api = apiKeysOf(sandbox, stack);
      const wrong: string[] = [];
      for (const [key, text] of Object.entries(files)) {
        const found = await readFileAsApi(sandbox, api, key).catch((error: Error) => error.name);
        if (found !== text) wrong.push(`${key}: ${found}`);
      }
      expect("the API reads every file with its new key, byte for byte as before", wrong.length === 0, wrong.join("; "));
      expect("the backup is proven, by decryption of all of it", printed.includes("**No doubt**"), "no proof was printed");
      expect("the leaked key of the account is refused", (await answerOf(keysIn(anything, vault))) !== "admitted");
      expect("the leaked writer's key is refused", (await answerOf(keysIn(writer, backupsBucket))) !== "admitted");
      const reader = s3Client(endpoint, stolen.reader);
      expect("the API's old key is refused", (await answerOf(reader.send(new HeadObjectCommand({ Bucket: stolen.bucket, Key: "orders/0/document.txt" })))) !== "admitted");
      reader.destroy();
      const status = await callGateway(sandbox, stack, stolen.gatewayKey, "DELETE", "orders/0/document.txt");
      expect("the API's old secret is refused by the gateway", status === 403, String(status));
      lost("nothing of what was stored; what the thief has read is known to them");
    } finally {
      anything.destroy();
      writer.destroy();
    }
  },
};

/** Some through the gateway, with the API's secret; all else straight through S3; one file comes back as a ransom note. */
async function emptyFiles(sandbox: ScenarioSandbox, gatewayKey: string, s3: S3Client, Bucket: string): Promise<void> {
  for (const key of Object.keys(files).filter((each) => each.startsWith("orders/"))) await callGateway(sandbox, stack, gatewayKey, "DELETE", key);
  for (const Key of await keysIn(s3, Bucket)) await s3.send(new DeleteObjectCommand({ Bucket, Key }));
  await s3.send(new PutObjectCommand({ Bucket, Key: ransomed, Body: "pay to get your files back" }));
}
