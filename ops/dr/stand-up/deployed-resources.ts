/** A stack's state with its secrets in plain, as far as a stand-up looks into it. */

export interface DeployedResource {
  readonly type: string;
  /** The logical name: the end of the URN. */
  readonly name: string;
  readonly id: string | undefined;
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly outputs: Readonly<Record<string, unknown>>;
}

/** What marks a secret in an exported state (pulumi/sdk/go/common/resource/sig). */
const signatureKey = "4dabf18193072939515e22adb298388d";
const secretSignature = "1b47061264138c4ac30d75fd1eb44270";

interface ExportedResource {
  readonly urn: string;
  readonly type: string;
  readonly id?: string;
  readonly custom?: boolean;
  /** To be deleted: what takes its place is another entry. */
  readonly delete?: boolean;
  readonly inputs?: Record<string, unknown>;
  readonly outputs?: Record<string, unknown>;
}

/** @param exported what `pulumi stack export --show-secrets` prints. Components, providers and the stack itself are left out. */
export function plainResources(exported: unknown): DeployedResource[] {
  const { deployment } = exported as { deployment?: { resources?: ExportedResource[] } | null };
  return (deployment?.resources ?? [])
    .filter(({ custom, type, delete: going }) => custom === true && going !== true && !type.startsWith("pulumi:"))
    .map(({ urn, type, id, inputs, outputs }) => ({
      type,
      name: urn.slice(urn.lastIndexOf("::") + 2),
      id,
      inputs: plain(inputs ?? {}) as Record<string, unknown>,
      outputs: plain(outputs ?? {}) as Record<string, unknown>,
    }));
}

/** @throws CHI-H054 for a secret that was exported encrypted */
function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== "object" || value === null) return value;
  const entries = value as Record<string, unknown>;
  if (entries[signatureKey] === secretSignature) {
    if (typeof entries["plaintext"] !== "string") throw new Error("CHI-H054 the state of chisan-dr has a secret that was not decrypted: see that its secrets provider can be reached, then type the same command again");
    return plain(JSON.parse(entries["plaintext"]));
  }
  return Object.fromEntries(Object.entries(entries).map(([name, item]) => [name, plain(item)]));
}

/** Every text in a value, however deep. */
export function textsIn(value: unknown): string[] {
  if (typeof value === "string") return [value];
  if (Array.isArray(value)) return value.flatMap(textsIn);
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(textsIn) : [];
}
