/** The report of a verification for a person, in Markdown. */
import type { Manifest } from "../format/manifest";
import type { Depth } from "./proof";
import type { Verification } from "./verify-backup";

const meaning: Readonly<Record<Depth, string>> = {
  hashes: "every object was read and has the SHA-256, size and ETag that the manifest says",
  decode: "every object was also decrypted and decompressed, and its rows counted",
  restore: "the backup was also restored into a scratch database, and rows, schema, policies and sequences compared",
};

export function verificationWords(manifest: Manifest, depth: Depth, { doubts, notices, strangers, objects, bytes, rows, seconds }: Verification, at: Date): string {
  const result = doubts.length === 0 ? `**No doubt**: ${meaning[depth]}.` : `**${doubts.length} doubts**: this backup must not be relied on.`;
  return [
    `# Verification of ${manifest.kind} ${manifest.id} (${manifest.stack}) by ${depth}`,
    "",
    result,
    "",
    `- at ${at.toISOString()}, in ${seconds.toFixed(1)} s`,
    `- snapshot of ${manifest.snapshotAt}, ${Object.keys(manifest.tables).length} tables`,
    `- ${objects} objects, ${bytes} bytes${rows === null ? "" : `; ${rows} rows restored and counted`}`,
    ...list("Doubts", doubts),
    ...list("Strangers in its folder", strangers.length === 0 ? [] : [strangersInWords(doubts.length), ...strangers.slice(0, mostStrangers), ...(strangers.length > mostStrangers ? [`and ${strangers.length - mostStrangers} more`] : [])]),
    ...list("To know", notices),
    "",
  ].join("\n");
}

/** Named in the report; whoever can write one object can write a million. */
const mostStrangers = 20;

function strangersInWords(doubts: number): string {
  const sound = doubts === 0 ? "The backup itself is sound and can be restored: a restore reads only what the manifest names." : "They are none of the doubts above.";
  return `${sound} No run of ours wrote these objects, so somebody else has the key that writes: find out who, and replace it (docs/runbooks/secret-leaked.md).`;
}

/** For the operator, behind the report; undefined where there is none. */
export function strangersLine({ kind, id }: Pick<Manifest, "kind" | "id">, { doubts, strangers }: Pick<Verification, "doubts" | "strangers">): string | undefined {
  const [first] = strangers;
  if (first === undefined) return undefined;
  const verdict = doubts.length === 0 ? "is sound and can be restored, but" : "is in doubt (see above), and";
  return `CHI-A083 ${kind} ${id} ${verdict} ${strangers.length} ${strangers.length === 1 ? "object that is" : "objects that are"} none of it ${strangers.length === 1 ? "lies" : "lie"} in its folder (${first}${strangers.length > 1 ? ", …" : ""}): somebody else has the key that writes: find out who, and replace it (docs/runbooks/secret-leaked.md)`;
}

function list(heading: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : ["", `## ${heading}`, "", ...lines.map((line) => `- ${line}`)];
}
