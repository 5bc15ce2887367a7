/** The report of a verification for a person, in Markdown. */
import type { Manifest } from "../format/manifest";
import type { Depth } from "./proof";
import type { Verification } from "./verify-backup";

const meaning: Readonly<Record<Depth, string>> = {
  hashes: "every object was read and has the SHA-256, size and ETag that the manifest says",
  decode: "every object was also decrypted and decompressed, and its rows counted",
  restore: "the backup was also restored into a scratch database, and rows, schema, policies and sequences compared",
};

export function verificationWords(manifest: Manifest, depth: Depth, { doubts, notices, objects, bytes, rows, seconds }: Verification, at: Date): string {
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
    ...list("To know", notices),
    "",
  ].join("\n");
}

function list(heading: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : ["", `## ${heading}`, "", ...lines.map((line) => `- ${line}`)];
}
