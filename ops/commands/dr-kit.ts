import { Option, type Command } from "commander";
import { cloudStacks } from "../../config/stack-configuration-keys";
import { checkKit } from "../dr/kit/check-kit";
import type { KitStack } from "../dr/kit/kit";
import { kitBackups, kitFiles } from "../dr/kit/kit-access";
import { kitFile, renewCommand } from "../dr/kit/kit-file";
import { openKit } from "../dr/kit/open-kit";
import { renewKit } from "../dr/kit/renew-kit";

interface KitOptions {
  readonly stack: KitStack;
  readonly kit?: string;
  readonly check?: boolean;
  readonly cloud?: boolean;
  readonly json?: boolean;
}

/** `chisan dr kit`: what must be at hand when everything of prod is lost. */
export function addDrKit(group: Command): void {
  group
    .command("kit")
    .description("make the recovery kit of prod, or bring it up to date; --check proves that it can be opened, opens the backups, and there is one")
    .addOption(new Option("--stack <stack>", "whose kit").choices(cloudStacks).default("prod"))
    .option("--kit <file>", "another file than the usual one (recovery/prod.kit.age, in the sandbox dr/prod.kit.age of its folder)")
    .option("--check", "change nothing: open it, read the backups with its key, ask the files gateway with its own")
    .option("--cloud", "act on the real cloud instead of the sandbox")
    .option("--json", "only the result, as JSON, on stdout")
    .option("--debug", "show stack traces")
    .action(kit);
}

async function kit({ stack, kit: given, check, cloud: asked, json }: KitOptions): Promise<void> {
  const cloud = asked === true || process.env["CHISAN_TARGET"] === "cloud";
  const file = given ?? kitFile(stack, cloud);
  const [result, words] = check === true ? await proof(stack, file, cloud) : await renewal(stack, file, cloud, given === undefined);
  process.stdout.write(json === true ? `${JSON.stringify(result)}\n` : `${words}\n`);
  if ("latestBackup" in result && result.latestBackup === null) {
    throw new Error(`CHI-H032 the recovery kit of ${stack} opens, but its vault has no recovery point, so nothing could be restored: npx chisan backup run --stack ${stack} --kind daily${cloud ? " --cloud" : ""}`);
  }
}

async function renewal(stack: KitStack, file: string, cloud: boolean, usual: boolean): Promise<[object, string]> {
  const { changed, madeAt } = await renewKit(stack, cloud, { file });
  const words = changed ? `The recovery kit of ${stack} is in ${file}` : `The recovery kit of ${stack} in ${file} is up to date, of ${madeAt}`;
  if (changed && cloud && usual) process.stderr.write(`Commit ${file} now: it is encrypted, and a clone without it cannot stand prod up again\n`);
  return [{ stack, file, changed, madeAt }, words];
}

async function proof(stack: KitStack, file: string, cloud: boolean): Promise<[object, string]> {
  const opened = await openKit({ cloud, file, stack });
  const { madeAt, apiImage, encryptionKey } = opened;
  const found = await checkKit(opened, await kitBackups(opened, cloud), await kitFiles(opened, cloud), renewCommand(stack, cloud));
  const words = [
    `The recovery kit of ${stack} in ${file} opens, made ${madeAt}`,
    `  backups: ${found.backups}, ${found.backupFolders} there, newest recovery point: ${found.latestBackup ?? "NONE"}`,
    `  files: ${found.files} answers to its key`,
    `  key of encrypted columns: ${encryptionKey === null ? `NONE, it is a kit of an earlier version: ${renewCommand(stack, cloud)}` : `generation ${encryptionKey.current.generation}${encryptionKey.previous === undefined ? "" : ` and the one before`}`}`,
    `  API image: ${apiImage ?? "none set: that of the bootstrap"}`,
  ];
  return [{ stack, file, madeAt, apiImage, encryptionKeyGeneration: encryptionKey?.current.generation ?? null, ...found }, words.join("\n")];
}
