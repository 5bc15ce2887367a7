/** The backup into chisan-dr's database: decrypted, parallel, compared; its cron jobs and webhooks switched off. */
import { availableParallelism } from "node:os";
import type { ClientBase } from "pg";
import { bytesInWords } from "../../../backup/list/list-backups";
import { readManifest, type FoundBackup } from "../../../backup/list/find-backup";
import type { BackupReader } from "../../../backup/verify/plain-object";
import { connectTo } from "../../../backup/restore/connect";
import { readHead } from "../../../backup/restore/ledger";
import { restoreBackup, type RestoreReport } from "../../../backup/restore/restore";
import { contentOf } from "../../../backup/restore/target-objects";
import type { Phase, PhaseResult } from "../../phases/phase";
import { type ChosenPoint, chosenPoint } from "../assess/recovery-point-phase";
import { standIn } from "../dr-stack";
import { countAgainstManifest, differencesInWords } from "./row-counts";
import { switchedOff } from "./switched-off";

export interface RestoreDatabaseInput {
  readonly shelf: BackupReader;
  readonly identity: string;
  /** Of chisan-dr's database, with password: known when it is provisioned. */
  readonly targetUrl: () => Promise<string>;
  readonly cloud: boolean;
  readonly estimateSeconds: number;
  readonly connections?: number;
}

export function restoreDatabasePhase(input: RestoreDatabaseInput): Phase {
  return {
    name: "restore-database",
    title: "Restore the database",
    estimateSeconds: input.estimateSeconds,
    async run({ results, say }) {
      const found = await foundAgain(input.shelf, chosenPoint({ results }));
      const url = await input.targetUrl();
      const state = await reachable(input.cloud, () => stateOf(url));
      if (state === "has content") return recognised(url, found, say);
      let phase = "checks";
      let began = Date.now();
      let first = 0;
      const report = await restoreBackup({
        store: input.shelf,
        ...found,
        identity: input.identity,
        targetUrl: url,
        targetName: standIn,
        mode: "project",
        connections: input.connections ?? Math.max(4, availableParallelism()),
        enableJobs: false,
        onPhase(next) {
          [phase, began, first] = [next, Date.now(), 0];
          say(phase);
        },
        onBytes(done, all) {
          if (first === 0) first = done;
          const rate = (done - first) / Math.max(0.5, (Date.now() - began) / 1000);
          say(`${phase}: ${bytesInWords(done)} of ${bytesInWords(all)}, ${bytesInWords(rate)}/s`);
        },
      });
      if (report.doubts.length > 0) {
        throw new Error(`CHI-H061 the restored database is not the backup (${report.doubts.slice(0, 3).join("; ")}): type the same command again; if it says so again, take another point: --start-over --recovery-point <id>, after npx chisan destroy ${standIn}`);
      }
      return resultOf(report, await inDatabase(url, switchedOff));
    },
  };
}

/** The very backup that was chosen, not one that took its name since. @throws CHI-H060 */
async function foundAgain(shelf: BackupReader, { kind, id, manifestSha256 }: ChosenPoint): Promise<FoundBackup> {
  const found = await readManifest(shelf, kind, id);
  if (found?.manifestSha256 === manifestSha256) return found;
  throw new Error(`CHI-H060 the backup ${kind} ${id} that was chosen is ${found === undefined ? "gone" : "another one now"}: choose again with --start-over (--recovery-point latest-verified)`);
}

function stateOf(url: string): Promise<"fresh" | "unfinished" | "has content"> {
  return inDatabase(url, async (client) => {
    if ((await readHead(client)) !== undefined) return "unfinished";
    return (await contentOf(client)).length === 0 ? "fresh" : "has content";
  });
}

async function inDatabase<T>(url: string, work: (client: ClientBase) => Promise<T>): Promise<T> {
  const client = await connectTo(url, standIn);
  try {
    return await work(client);
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** What keeps a new database from being reached in the cloud is mostly that this machine's address is not among those it admits. */
async function reachable<T>(cloud: boolean, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!cloud || !(error instanceof Error) || !error.message.startsWith("CHI-A054")) throw error;
    throw new Error(`${error.message}: admit this machine's range, as pulumi config set-all --path --plaintext 'chisan:operatorCidrs[0]=<a.b.c.d/n>' --stack ${standIn}, npx chisan up ${standIn} --cloud, then type the same command again`, { cause: error });
  }
}

/**
 * A run that was killed after the restore had ended, and before that was written down, finds its own work: recognised by its rows, all of them.
 *
 * @throws CHI-H062 when the database holds something else
 */
async function recognised(url: string, { manifest }: FoundBackup, say: (text: string) => void): Promise<PhaseResult> {
  say("the database is not empty: counting its rows against the backup");
  return inDatabase(url, async (client) => {
    const { tables, rows, differences } = await countAgainstManifest(client, manifest, (done, of) => say(`counting: ${done} of ${of} tables`));
    if (differences.length > 0) {
      throw new Error(
        `CHI-H062 ${standIn}'s database holds something else than ${manifest.kind} ${manifest.id} (${differencesInWords(differences)}), nothing was touched: ` +
          `if nobody needs it (a forgotten drill), npx chisan destroy ${standIn}, then npx chisan dr stand-up --start-over`,
      );
    }
    const off = await switchedOff(client);
    return {
      summary: `${tables} tables, ${rows} rows, restored by an earlier run and counted anew${offInWords(off)}`,
      facts: { tables, rows, resumed: true, phases: [], switchedOff: off, leftOut: [], notices: [] },
    };
  });
}

function offInWords(off: readonly string[]): string {
  return off.length === 0 ? "" : `, ${off.length} ${off.length === 1 ? "job or webhook" : "jobs and webhooks"} switched off`;
}

function resultOf(report: RestoreReport, off: readonly string[]): PhaseResult {
  const { tables, rows, resumed, phases, leftOut, notices } = report;
  const refused = leftOut.filter(({ missed }) => missed);
  return {
    summary: `${tables} tables, ${rows} rows, equal to the backup${offInWords(off)}${refused.length === 0 ? "" : `, ${refused.length} things refused by the target`}`,
    facts: {
      tables,
      rows,
      resumed,
      phases: phases.map(({ phase, seconds }) => ({ phase, seconds: Math.round(seconds * 10) / 10 })),
      switchedOff: off,
      leftOut: leftOut.map(({ what, why, missed }) => ({ what, why, missed })),
      notices: [...notices],
    },
  };
}
