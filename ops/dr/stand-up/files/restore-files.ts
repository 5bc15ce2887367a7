/** Every file of prod as it was at the recovery point, into chisan-dr's bucket. */
import { bytesInWords } from "../../../backup/list/list-backups";
import type { FilesAccess } from "../../../connections/files-access";
import { loadHistories } from "../../../files/file-histories";
import { GatewayClient } from "../../../files/gateway-client";
import type { Phase } from "../../phases/phase";
import { chosenPoint } from "../assess/recovery-point-phase";
import { CopiedLedger, copiedLedgerFile } from "./copied-ledger";
import { type FileToCopy, planCopies } from "./copy-plan";
import { type SignedGateway, transfer } from "./transfer";

/** chisan-dr's gateway with both of its keys, known when it is provisioned. */
export interface FilesTarget {
  readonly operator: FilesAccess;
  readonly api: SignedGateway;
}

export interface RestoreFilesInput {
  /** Prod's gateway. */
  readonly source: () => Promise<FilesAccess>;
  readonly target: () => Promise<FilesTarget>;
  /** Where the list of what was copied is kept, and how it is called. It may be older than this run: each entry is compared with what is there. */
  readonly directory: string;
  readonly id: string;
  readonly estimateSeconds: number;
  readonly atOnce?: number;
  /** Bytes of a part of a large file. */
  readonly partBytes?: number;
}

/** Transfers at once: each is bound by the line to Cloudflare and by the file's size. */
const usualAtOnce = 4;
/** Keys that are named; more are counted. */
const mostNamed = 20;

export function restoreFilesPhase({ source: open, target, directory, id, estimateSeconds, atOnce = usualAtOnce, partBytes }: RestoreFilesInput): Phase {
  return {
    name: "restore-files",
    title: "Restore the files",
    estimateSeconds,
    async run({ results, say, signal }) {
      const at = new Date(chosenPoint({ results }).snapshotAt);
      say("reading the names of all versions");
      const source = await open();
      const histories = await loadHistories(new GatewayClient(source), { prefix: "" }, (names) => say(`${names} names of versions read`));
      const plan = planCopies(histories, at);
      const { operator, api } = await target();
      const ledger = new CopiedLedger(copiedLedgerFile(directory, id));
      const arrived = await presentEtags(operator);
      const missing = plan.copy.filter((file) => !isThere(file, arrived, ledger));
      const done = await copyAll(missing, { source, api, ledger, say, signal, atOnce, ...(partBytes === undefined ? {} : { partBytes }) });
      // Not what was answered, but what lies there now.
      const now = await presentEtags(operator);
      const wrong = plan.copy.filter((file) => !isThere(file, now, ledger));
      if (wrong.length > 0) throw new Error(`CHI-H067 ${wrong.length} of ${plan.copy.length} files are not in chisan-dr's bucket as they were (${wrong.slice(0, 3).map(({ key }) => key).join(", ")}): type the same command again, it copies them`);
      const bytes = plan.copy.reduce((sum, { size }) => sum + size, 0);
      const { lost } = plan;
      const loss = lost.length === 0 ? "" : `; ${lost.length} LOST`;
      return {
        summary: `${plan.copy.length} files, ${bytesInWords(bytes)}, each with its ETag${missing.length < plan.copy.length ? `; ${plan.copy.length - missing.length} were there already` : ""}${loss}`,
        facts: {
          at: at.toISOString(),
          files: plan.copy.length,
          bytes,
          copied: missing.length,
          withoutMetadata: done.withoutMetadata,
          lost: lost.slice(0, mostNamed).map(({ key, why }) => ({ key, why })),
          lostCount: lost.length,
        },
      };
    },
  };
}

interface Copying {
  readonly source: FilesAccess;
  readonly api: SignedGateway;
  readonly ledger: CopiedLedger;
  readonly say: (text: string) => void;
  readonly signal: AbortSignal;
  readonly atOnce: number;
  readonly partBytes?: number;
}

/** All that can be copied is copied before the first failure is thrown. */
async function copyAll(files: readonly FileToCopy[], { source, api, ledger, say, signal, atOnce, partBytes }: Copying): Promise<{ withoutMetadata: number }> {
  const all = files.reduce((sum, { size }) => sum + size, 0);
  const began = Date.now();
  let [next, bytes, done, withoutMetadata] = [0, 0, 0, 0];
  const failures: Error[] = [];
  const from: SignedGateway = { url: source.url, key: source.operatorKey, clockAhead: source.clockAhead };
  const show = () => say(`${done} of ${files.length} files, ${bytesInWords(bytes)} of ${bytesInWords(all)}, ${bytesInWords(bytes / Math.max(0.5, (Date.now() - began) / 1000))}/s`);
  const lane = async (): Promise<void> => {
    for (let file = files[next++]; file !== undefined; file = files[next++]) {
      signal.throwIfAborted();
      try {
        const { etag, metadata } = await transfer(file, { from, to: api, signal, onBytes: (more) => (bytes += more), ...(partBytes === undefined ? {} : { partBytes }) });
        ledger.add(file, etag);
        if (!metadata) withoutMetadata += 1;
      } catch (error) {
        signal.throwIfAborted();
        failures.push(error instanceof Error ? error : new Error(String(error)));
        // A gateway that is gone is gone for all of them.
        if (failures.length > 10) throw failures[0];
      }
      done += 1;
      show();
    }
  };
  await Promise.all(Array.from({ length: atOnce }, lane));
  const [first] = failures;
  if (first !== undefined) throw first;
  return { withoutMetadata };
}

/** ETags of chisan-dr's files, by key. */
export async function presentEtags(operator: FilesAccess): Promise<Map<string, { etag: string; size: number }>> {
  const found = new Map<string, { etag: string; size: number }>();
  for await (const page of new GatewayClient(operator).present({ prefix: "" })) for (const { key, etag, size } of page) found.set(key, { etag, size });
  return found;
}

function isThere(file: FileToCopy, arrived: ReadonlyMap<string, { etag: string; size: number }>, ledger: CopiedLedger): boolean {
  const found = arrived.get(file.key);
  return found !== undefined && found.size === file.size && (found.etag === file.etag || found.etag === ledger.etagOf(file));
}
