/** What was written in chisan-dr, into the rebuilt prod: a backup of the one, restored into the other and compared. */
import { availableParallelism } from "node:os";
import type { StackName } from "../../../config/naming";
import { readManifest, type FoundBackup } from "../../backup/list/find-backup";
import { bytesInWords } from "../../backup/list/list-backups";
import { ObjectStore } from "../../backup/object-store/object-store";
import { connectTo } from "../../backup/restore/connect";
import { readHead } from "../../backup/restore/ledger";
import { restoreBackup } from "../../backup/restore/restore";
import { contentOf } from "../../backup/restore/target-objects";
import { runBackup } from "../../backup/run/backup-run";
import { progressInWords } from "../../backup/run/progress";
import type { Connections } from "../../connections/connections";
import type { Phase, PhaseResult, PhaseSituation } from "../phases/phase";
import { countAgainstManifest, differencesInWords } from "../stand-up/database/row-counts";

const kind = "manual";
const backupName = "backup-dr";

/** After the fence: nothing is written into chisan-dr any more, so this is all of it. */
export function backupPhase(stack: StackName, connections: Connections): Phase {
  return {
    name: backupName,
    title: `Back ${stack} up`,
    estimateSeconds: 60,
    async run({ say, signal }) {
      const { manifest, notes } = await runBackup({ stack, kind, connections, signal, onProgress: (progress) => say(progressInWords(progress)) });
      const found = await inStore(connections, (store) => readManifest(store, kind, manifest.id));
      if (found === undefined) throw new Error(`CHI-H110 the backup ${kind} ${manifest.id} of ${stack} is not in its bucket: type the same command again`);
      const rows = Object.values(manifest.tables).reduce((sum, count) => sum + count, 0);
      return {
        summary: `${kind} ${manifest.id}: ${rows} rows of ${Object.keys(manifest.tables).length} tables`,
        facts: { id: manifest.id, manifestSha256: found.manifestSha256, snapshotAt: manifest.snapshotAt, rows, notes: [...notes] },
      };
    },
  };
}

/** Which backup it is, and of when. */
export function backupFacts(results: PhaseSituation["results"]): PhaseResult["facts"] {
  return { ...results.get(backupName)?.facts, kind };
}

/** @param targetUrl prod's, with password */
export function restorePhase(connections: Connections, targetUrl: () => Promise<string>): Phase {
  return {
    name: "restore-prod",
    title: "Restore into prod",
    estimateSeconds: 120,
    async run({ results, say }) {
      return inStore(connections, async (store) => {
        const found = await chosen(store, results);
        const url = await targetUrl();
        if (await isFull(url)) return recognised(url, found, say);
        let phase = "checks";
        const report = await restoreBackup({
          store,
          ...found,
          identity: await connections.backupIdentity(),
          targetUrl: url,
          targetName: "prod",
          mode: "project",
          connections: Math.max(4, availableParallelism()),
          // What was switched on in chisan-dr is so in prod.
          enableJobs: true,
          onPhase: (next) => say((phase = next)),
          onBytes: (done, all) => say(`${phase}: ${bytesInWords(done)} of ${bytesInWords(all)}`),
        });
        if (report.doubts.length > 0) throw new Error(`CHI-H111 prod's database is not the backup of chisan-dr (${report.doubts.slice(0, 3).join("; ")}): type the same command again; the users stay at chisan-dr`);
        const missed = report.leftOut.filter((each) => each.missed).map(({ what, why }) => `${what}: ${why}`);
        return {
          summary: `${report.tables} tables, ${report.rows} rows, equal to the backup${missed.length === 0 ? "" : `; REFUSED ${missed.join(", ")}`}`,
          facts: { tables: report.tables, rows: report.rows, resumed: report.resumed, refused: missed, leftOut: report.leftOut.map(({ what, why }) => `${what}: ${why}`), notices: [...report.notices] },
        };
      });
    },
  };
}

/** Counted again by itself, before anybody is sent there; not once more by a run that carries on: by then the users may have written. */
export function verifyPhase(connections: Connections, targetUrl: () => Promise<string>): Phase {
  return {
    name: "verify-prod",
    title: "Verify prod",
    estimateSeconds: 15,
    run: ({ results, say }) =>
      inStore(connections, async (store) => {
        const found = await chosen(store, results);
        return counted(await targetUrl(), found, say, "counted anew");
      }),
  };
}

async function chosen(store: ObjectStore, results: PhaseSituation["results"]): Promise<FoundBackup> {
  const { id, manifestSha256 } = results.get(backupName)?.facts ?? {};
  const found = await readManifest(store, kind, String(id));
  if (found?.manifestSha256 === manifestSha256 && found !== undefined) return found;
  throw new Error(`CHI-H110 the backup ${kind} ${String(id)} of chisan-dr is ${found === undefined ? "gone" : "another one now"}: npx chisan dr failback --start-over makes another`);
}

async function isFull(url: string): Promise<boolean> {
  const client = await connectTo(url, "prod");
  try {
    return (await readHead(client)) === undefined && (await contentOf(client)).length > 0;
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** A run that was killed between the end of the restore and its note finds its own work. */
function recognised(url: string, found: FoundBackup, say: (text: string) => void): Promise<PhaseResult> {
  say("prod's database is not empty: counting its rows against the backup");
  return counted(url, found, say, "restored by an earlier run, counted anew");
}

/** @throws CHI-H112 */
async function counted(url: string, { manifest }: FoundBackup, say: (text: string) => void, how: string): Promise<PhaseResult> {
  const client = await connectTo(url, "prod");
  try {
    const { tables, rows, differences } = await countAgainstManifest(client, manifest, (done, of) => say(`counting: ${done} of ${of} tables`));
    if (differences.length > 0) throw new Error(`CHI-H112 prod's database does not have what ${manifest.kind} ${manifest.id} of chisan-dr has (${differencesInWords(differences)}): the users stay at chisan-dr; see who writes to prod`);
    return { summary: `${tables} tables, ${rows} rows, ${how}`, facts: { tables, rows } };
  } finally {
    await client.end().catch(() => undefined);
  }
}

async function inStore<T>(connections: Connections, work: (store: ObjectStore) => Promise<T>): Promise<T> {
  const store = new ObjectStore(await connections.backups("reader"));
  try {
    return await work(store);
  } finally {
    store.close();
  }
}
