/**
 * Copies of a stack's state outside its backend: encrypted for the backups' recipients, in the bucket of the backups, at another vendor than
 * the state and the secrets' key service. With one, a stack whose backend is lost is known again as it was, generated secrets included;
 * importing what exists cannot give those back (an R2 token's value is shown once, at its creation).
 */
import { promisify } from "node:util";
import { buffer } from "node:stream/consumers";
import { Readable } from "node:stream";
import { gunzip, gzip } from "node:zlib";
import { reportPrefix } from "../../../components/backup-vault";
import type { StackName } from "../../../config/naming";
import { projectName } from "../../../sandbox/control/stacks";
import { decryption, encryption } from "../../backup/format/age";
import type { ObjectStore } from "../../backup/object-store/object-store";
import { capturedPulumi, PulumiFailed } from "../../engine/captured-pulumi";
import type { Target } from "../../engine/target";

const ending = ".json.gz.age";

/** Below the reports' prefix, whose lock keeps a leaked key from deleting or overwriting a copy (components/backup-vault.ts). */
export function statePrefix(stack: StackName): string {
  return `${reportPrefix}state/${stack}/`;
}

/** A copy of a state. */
export interface SavedState {
  /** `20261123T140500Z`: when it was saved. */
  readonly id: string;
  readonly key: string;
  readonly bytes: number;
}

interface Exported {
  readonly deployment?: { readonly resources?: readonly { readonly urn: string }[]; readonly pending_operations?: readonly unknown[] };
}

/**
 * Saves the state of a stack as it is.
 *
 * @returns the copy, and how many resources it knows
 * @throws CHI-H180 for a state without resources: it would stand before the good copies
 */
export async function saveState(stack: StackName, target: Target, recipients: readonly string[], store: Pick<ObjectStore, "put">, now = new Date()): Promise<SavedState & { readonly resources: number }> {
  const text = await exportState(stack, target);
  const resources = resourcesOf(text).length;
  if (resources === 0) throw new Error(`CHI-H180 the state of ${stack} has no resources, nothing was saved: was it lost? npx chisan dr state list --stack ${stack}`);
  const sealed = await buffer(Readable.from([await promisify(gzip)(text)]).pipe(await encryption(recipients)));
  const id = now.toISOString().replace(/[-:]|\.\d+/g, "");
  const key = `${statePrefix(stack)}${id}${ending}`;
  await store.put(key, sealed, { absent: true });
  return { id, key, bytes: sealed.length, resources };
}

/** The copies of a stack's state, the oldest first. */
export async function savedStates(stack: StackName, store: Pick<ObjectStore, "list">): Promise<SavedState[]> {
  const found: SavedState[] = [];
  for await (const { key, bytes } of store.list(statePrefix(stack))) {
    const id = key.slice(statePrefix(stack).length, -ending.length);
    if (key.endsWith(ending) && /^\d{8}T\d{6}Z$/.test(id)) found.push({ id, key, bytes });
  }
  return found.sort((one, other) => one.id.localeCompare(other.id));
}

/**
 * Makes a saved state the stack's state. Nothing at the vendors is touched. The stack must exist, and have no resources.
 *
 * @param id of the copy; the newest unless told
 * @throws CHI-H181 when there is no such copy, CHI-H182 when the stack's state has resources, CHI-H183 when the copy is another stack's or
 *   none, CHI-H184 when the CLI refuses; CHI-A002 and CHI-A003 when it cannot be decrypted
 */
export async function restoreState(
  stack: StackName,
  target: Target,
  identity: string,
  store: Pick<ObjectStore, "list" | "get">,
  id?: string,
): Promise<SavedState & { readonly resources: number }> {
  const present = resourcesOf(await exportState(stack, target)).length;
  if (present > 0) throw new Error(`CHI-H182 the state of ${stack} has ${present} resources, nothing was touched: this is for a state that was lost; for drift: npx chisan refresh ${stack}`);
  const copies = await savedStates(stack, store);
  const copy = id === undefined ? copies.at(-1) : copies.find((each) => each.id === id);
  const sealed = copy === undefined ? undefined : await store.get(copy.key);
  if (copy === undefined || sealed === undefined) {
    throw new Error(`CHI-H181 there is no copy ${id ?? ""} of the state of ${stack} among ${copies.length}, nothing was touched: npx chisan dr state list --stack ${stack}, or docs/runbooks/state-lost.md`);
  }
  const opened = decryption(identity);
  const text = (await promisify(gunzip)(await buffer(Readable.from([sealed.body]).on("error", (error) => opened.destroy(error)).pipe(opened)))).toString("utf8");
  const resources = resourcesOf(text);
  const strangers = resources.filter(({ urn }) => !urn.startsWith(`urn:pulumi:${stack}::${projectName}::`));
  if (resources.length === 0 || strangers.length > 0) {
    throw new Error(`CHI-H183 ${copy.key} is no state of ${stack} (${resources.length} resources, ${strangers.length} of other stacks), nothing was touched: choose another: npx chisan dr state list --stack ${stack}`);
  }
  await importState(stack, target, text);
  return { ...copy, resources: resources.length };
}

function resourcesOf(text: string): readonly { readonly urn: string }[] {
  return (JSON.parse(text) as Exported).deployment?.resources ?? [];
}

/** With secrets in the clear: it never leaves this process but encrypted. */
async function exportState(stack: StackName, target: Target): Promise<string> {
  return pulumi(stack, target, ["stack", "export", "--show-secrets"]);
}

/** The CLI encrypts the secrets anew, for the stack's own key. */
async function importState(stack: StackName, target: Target, text: string): Promise<void> {
  await pulumi(stack, target, ["stack", "import"], text);
}

/** @throws CHI-H184 */
async function pulumi(stack: StackName, target: Target, args: readonly string[], input?: string): Promise<string> {
  try {
    return await capturedPulumi(stack, target, args, input);
  } catch (error) {
    if (!(error instanceof PulumiFailed)) throw error;
    const missing = target.kind === "cloud" && /no stack named/.test(error.words) ? `pulumi stack init ${stack} --secrets-provider <as in Pulumi.${stack}.yaml> (docs/real-cloud.md)` : "see docs/runbooks/state-lost.md";
    throw new Error(`CHI-H184 \`${error.command}\` failed for ${stack} (${error.words}): ${missing}`);
  }
}
