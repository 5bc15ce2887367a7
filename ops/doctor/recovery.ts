/** What this clone has for the day on which prod is lost. Read here, and nobody is asked. */
import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { ageRecipientOf, isAgeIdentity } from "../../config/age-keys";
import type { CloudStack } from "../../config/stack-configuration-keys";
import { repositoryRoot } from "../../sandbox/control/paths";
import type { Kit } from "../dr/kit/kit";
import { openKitWith } from "../dr/kit/open-kit";
import { committedSignersFolder } from "../dr/drill/signature/keys";
import type { Read } from "./facts";

/** What of an opened kit is compared with the stack; nothing secret. */
export interface KitContent extends Pick<Kit, "recipients" | "cloudflareAccountId" | "zoneId" | "apiImage" | "supabaseProject"> {
  /** Whether it has the key that columns are encrypted with; one of an earlier version has none. */
  readonly hasEncryptionKey: boolean;
}

export type FoundKit =
  | { readonly state: "missing" }
  /** No private key is in this shell. */
  | { readonly state: "closed"; readonly uncommitted: boolean }
  /** In the words of what refused it, which hold no secret. */
  | { readonly state: "refused"; readonly because: string }
  | { readonly state: "opened"; readonly uncommitted: boolean; readonly content: KitContent };

export interface RecoveryFacts {
  /** The stack's recovery kit in this clone. */
  recoveryKit(): Promise<Read<FoundKit>>;
  /** The public half of BACKUP_IDENTITY, where this shell has one. */
  readonly backupKey: string | undefined;
  /** `chisan:backupRecipients` of chisan-dr, where it is set. */
  readonly substituteRecipients: Read<unknown>;
  /** Public keys, in PEM, whose signature on a drill's report counts in this clone. */
  readonly reportSigners: Read<readonly string[]>;
}

/** @param substitute the settings of chisan-dr */
export function recoveryFacts(stack: CloudStack, substitute: { setting(key: "backupRecipients"): unknown }, environment: NodeJS.ProcessEnv, root = repositoryRoot): RecoveryFacts {
  const identity = environment["BACKUP_IDENTITY"]?.trim() ?? "";
  return {
    recoveryKit: async () => ({ value: await findKit(stack, identity, join(root, "recovery", `${stack}.kit.age`), root) }),
    backupKey: isAgeIdentity(identity) ? ageRecipientOf(identity) : undefined,
    substituteRecipients: { value: substitute.setting("backupRecipients") },
    reportSigners: { value: signersIn(join(root, committedSignersFolder)) },
  };
}

/** Of a rehearsal, which has keys and a kit of its own. */
export const rehearsedRecovery: RecoveryFacts = {
  recoveryKit: () => Promise.resolve({ unreadable: "a rehearsal's kit lies with the sandbox, each `up` of prod makes it: npx chisan dr kit --check" }),
  backupKey: undefined,
  substituteRecipients: { unreadable: "a rehearsal's chisan-dr has its key from the sandbox" },
  reportSigners: { unreadable: "a rehearsal's reports are signed by a key of the sandbox" },
};

async function findKit(stack: CloudStack, identity: string, file: string, root: string): Promise<FoundKit> {
  if (!existsSync(file)) return { state: "missing" };
  const uncommitted = isUncommitted(file, root);
  if (identity === "") return { state: "closed", uncommitted };
  try {
    const { recipients, cloudflareAccountId, zoneId, apiImage, supabaseProject, encryptionKey } = await openKitWith(() => Promise.resolve(identity), { cloud: true, file, stack });
    return { state: "opened", uncommitted, content: { recipients, cloudflareAccountId, zoneId, apiImage, supabaseProject, hasEncryptionKey: encryptionKey !== null } };
  } catch (error) {
    const words = error instanceof Error ? error.message : "";
    // Others than its own may repeat what they were given.
    if (!words.startsWith("CHI-")) throw error;
    return { state: "refused", because: words };
  }
}

/** Also where git or its folder is missing: then nobody else has it. */
function isUncommitted(file: string, root: string): boolean {
  try {
    return execFileSync("git", ["status", "--porcelain", "--", file], { cwd: root, encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }).trim() !== "";
  } catch {
    return true;
  }
}

function signersIn(folder: string): string[] {
  return existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith(".pem")).map((name) => readFileSync(join(folder, name), "utf8")) : [];
}
