/** A manifest in words. */
import type { Manifest } from "../format/manifest";
import { bytesInWords, sizeOf } from "./list-backups";

export function manifestInWords(manifest: Manifest, verified: string): string {
  const { database, recipients, tool } = manifest;
  const rows = Object.values(manifest.tables).reduce((sum, count) => sum + count, 0);
  const plain = [manifest.roles, manifest.schema, manifest.rest, ...manifest.rows].reduce((sum, { plainBytes }) => sum + plainBytes, 0);
  const largest = Object.entries(manifest.tables).sort(([, a], [, b]) => b - a).slice(0, 5).map(([name, count]) => `${name} ${count}`);
  return [
    `${manifest.kind} ${manifest.id} of ${manifest.stack}`,
    `  snapshot       ${manifest.snapshotAt}; whatever was written later is not in it`,
    `  finished       ${manifest.finishedAt}, after ${manifest.durationSeconds.toFixed(1)} s`,
    `  database       ${database.name}, PostgreSQL ${database.serverVersion}, ${bytesInWords(database.bytes)}; migrations up to ${database.migrationHead ?? "none"}`,
    `  content        ${Object.keys(manifest.tables).length} tables, ${rows} rows, ${database.largeObjects} large objects, ${Object.keys(database.sequences).length} sequences`,
    `  largest        ${largest.join(", ") || "none"}`,
    `  extensions     ${database.extensions.map(({ name, version }) => `${name} ${version}`).join(", ") || "none"}`,
    `  size           ${bytesInWords(sizeOf(manifest))} in ${manifest.rows.length + 3} objects; ${bytesInWords(plain)} before compression`,
    `  readable with  the private key of ${recipients.join(" or ")}`,
    `  schema         ${database.schemaFingerprint.slice(0, 16)}…`,
    `  made by        chisan ${tool.version}, ${tool.pgDump}; clocks ${Math.abs(manifest.clockSkewSeconds).toFixed(1)} s apart`,
    `  last verified  ${verified}`,
  ].join("\n");
}
