/** Proves anew, before anybody is sent there, that what was stood up works and has the data: a stand-up may be hours old. */
import { apiServiceName } from "../../../config/stack-configuration-keys";
import { readManifest } from "../../backup/list/find-backup";
import { ObjectStore } from "../../backup/object-store/object-store";
import { connectTo } from "../../backup/restore/connect";
import { kitBackups } from "../kit/kit-access";
import { openKit } from "../kit/open-kit";
import { journalFile, readJournal, type JournalContent } from "../phases/journal";
import type { PhaseResult } from "../phases/phase";
import { recoveryDirectory } from "../phases/recovery-directory";
import { chosenPoint } from "../stand-up/assess/recovery-point-phase";
import { drApplication } from "../stand-up/dr-application";
import { openDrStack, standIn } from "../stand-up/dr-stack";
import { runChecks } from "../stand-up/verify/check";
import { databaseChecks } from "../stand-up/verify/database-checks";
import { keyChecks } from "../stand-up/verify/encryption-key-check";
import { filesChecks } from "../stand-up/verify/files-checks";
import { healthChecks } from "../stand-up/verify/health-checks";
import { smokeChecks } from "../stand-up/verify/smoke-checks";

export interface StoodUpToVerify {
  readonly cloud: boolean;
  readonly kit: string | undefined;
  readonly say: (text: string) => void;
}

export interface Verified {
  /** What holds, in a line. */
  readonly words: string;
  /** Of the backup that was restored, ISO 8601: what was written after it is not in chisan-dr. */
  readonly snapshotAt: string;
}

/** @throws CHI-H106 when nothing was stood up, CHI-H107 naming every check that does not hold */
export async function verifyStandUp({ cloud, kit, say }: StoodUpToVerify): Promise<Verified> {
  const results = finished(readJournal(journalFile(recoveryDirectory(cloud), "stand-up")));
  const point = chosenPoint({ results });
  const apiName = apiServiceName(standIn);
  const stack = await openDrStack(cloud);
  const opened = await openKit({ cloud, ...(kit === undefined ? {} : { file: kit }) });
  const shelf = new ObjectStore(await kitBackups(opened, cloud));
  try {
    const found = await readManifest(shelf, point.kind, point.id);
    if (found === undefined) throw new Error(`CHI-H107 the backup ${point.kind} ${point.id} that was restored is gone: npx chisan dr stand-up --start-over`);
    const [application, resources, outputs, companyDomain = ""] = await Promise.all([drApplication(stack, apiName), stack.resources(), stack.outputs(), stack.configured("companyDomain")]);
    const { api } = outputs["addresses"] as { readonly api: string };
    const client = await connectTo(application.databaseUrl, standIn);
    const migrated = results.get("migrate")?.facts["applied"];
    const files = results.get("restore-files")?.facts["files"];
    const checks = [
      ...healthChecks({ cloud, resources, apiHost: new URL(api).host, apiName }),
      ...keyChecks({ resources, apiName, key: opened.encryptionKey }),
      ...databaseChecks({ client, manifest: found.manifest, migrated: Array.isArray(migrated) ? migrated.map(String) : [], companyDomain }),
      ...filesChecks({ bucket: application.bucket, expected: typeof files === "number" ? files : undefined }),
      ...smokeChecks(application),
    ];
    const checked = await runChecks(checks, say, new AbortController().signal).finally(() => client.end().catch(() => undefined));
    const failed = checked.filter(({ ok }) => !ok);
    if (failed.length > 0) {
      throw new Error(`CHI-H107 ${failed.length} of ${checked.length} checks of ${standIn} do not hold, nothing was touched (${failed.map(({ name, detail }) => `${name}: ${detail}`).join("; ")}): mend it, or npx chisan dr stand-up`);
    }
    return { words: `${checked.length} checks hold, data of ${point.kind} ${point.id}`, snapshotAt: point.snapshotAt };
  } finally {
    shelf.close();
  }
}

function finished(journal: JournalContent | undefined): ReadonlyMap<string, PhaseResult> {
  if (journal?.finishedAt === undefined) {
    const what = journal === undefined ? "was not stood up from this machine" : "is not stood up to the end";
    throw new Error(`CHI-H106 ${standIn} ${what}, nothing was touched: npx chisan dr stand-up`);
  }
  return new Map(journal.phases.flatMap(({ name, result }) => (result === undefined ? [] : [[name, result as PhaseResult] as const])));
}
