import { existsSync, readFileSync } from "node:fs";
import { chooseTarget, type Target } from "../../engine/target";
import { writeAtomically } from "../phases/atomic-file";
import { type Kit, type KitStack, kitVersion } from "./kit";
import { kitFile, renewCommand } from "./kit-file";
import { sealKit, unsealKit } from "./sealed-kit";
import { stackValues, type StackValues } from "./stack-values";

export interface RenewedKit {
  readonly file: string;
  /** False when the kit that was there says the same, for the same keys: then it is left as it is, for a commit less. */
  readonly changed: boolean;
  /** ISO 8601. */
  readonly madeAt: string;
}

export interface Renewal {
  /** Another file than the usual one. */
  readonly file?: string;
  /** The target that the command chose already. */
  readonly target?: Target;
}

/**
 * Makes a stack's recovery kit from its outputs, or brings it up to date; whole or not at all. At the end of each `up` of prod.
 *
 * @throws CHI-H020 when the stack does not give what a kit needs, CHI-H021, CHI-H029
 */
export async function renewKit(stack: KitStack, cloud: boolean, { file = kitFile(stack, cloud), target }: Renewal = {}): Promise<RenewedKit> {
  return writeKit(stack, await stackValues(stack, target ?? (await chooseTarget(stack, cloud, "state"))), file);
}

/** The same, of values that are known. */
export async function writeKit(stack: KitStack, values: StackValues, file: string): Promise<RenewedKit> {
  const kit = kitOf(stack, values, new Date());
  // Before the comparison: what is no kit must not pass for an old one's equal.
  const sealed = await sealKit(kit);
  const before = await kitBefore(stack, file, values.configuration["backupIdentity"]);
  if (before !== undefined && says(before) === says(kit)) return { file, changed: false, madeAt: before.madeAt };
  writeAtomically(file, sealed);
  return { file, changed: true, madeAt: kit.madeAt };
}

/** Not checked yet: `sealKit` does, and names what is missing. */
function kitOf(stack: KitStack, { outputs, configuration }: StackValues, now: Date): Kit {
  const { addresses, filesGateway, backupsReader } = outputs as Record<string, Record<string, unknown> | undefined>;
  return {
    version: kitVersion,
    stack,
    madeAt: now.toISOString(),
    recipients: listed(configuration["backupRecipients"]),
    cloudflareAccountId: configuration["cloudflareAccountId"],
    zoneId: configuration["cloudflareZoneId"],
    backups: { bucket: outputs["backupsBucket"], accessKeyId: backupsReader?.["accessKeyId"], secretAccessKey: backupsReader?.["secretAccessKey"] },
    files: { bucket: outputs["filesBucket"], gateway: filesGateway?.["url"], operatorKey: filesGateway?.["operatorKey"] },
    database: { url: outputs["databaseUrl"] },
    hosts: { app: hostOf(addresses?.["app"]), api: hostOf(addresses?.["api"]) },
    encryptionKey: outputs["encryptionKey"],
    apiImage: configuration["apiImage"] ?? null,
    supabaseProject: outputs["supabaseProject"],
    webProject: outputs["webProject"],
  } as Kit;
}

/** A list may have been set as a whole: then Pulumi gives it as a text. */
function listed(value: unknown): unknown {
  if (typeof value !== "string") return value;
  try {
    return JSON.parse(value) as unknown;
  } catch {
    // `sealKit` says that it is none; the parser's words would hold a piece of it.
    return value;
  }
}

function hostOf(address: unknown): string | undefined {
  return typeof address === "string" && URL.canParse(address) ? new URL(address).host : undefined;
}

/** The kit that is there, where the stack's own key opens it; one that cannot be read is replaced, which is what this is for. */
async function kitBefore(stack: KitStack, file: string, identity: unknown): Promise<Kit | undefined> {
  if (typeof identity !== "string" || !existsSync(file)) return undefined;
  return unsealKit(readFileSync(file, "utf8"), identity, { file, renew: renewCommand(stack, true) }).catch(() => undefined);
}

function says({ madeAt: _madeAt, ...kit }: Kit): string {
  return JSON.stringify(kit);
}
