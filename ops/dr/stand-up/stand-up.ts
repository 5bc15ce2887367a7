/** Stands chisan-dr up from prod's recovery kit: assess, provision, restore, switch, verify, report. */
import { apiServiceName } from "../../../config/stack-configuration-keys";
import { readManifest } from "../../backup/list/find-backup";
import { ObjectStore } from "../../backup/object-store/object-store";
import { connectTo } from "../../backup/restore/connect";
import { openConnections } from "../../connections/stack-connections";
import { openKitWith } from "../kit/open-kit";
import type { Display } from "../phases/display";
import { interruptible } from "../../output/interruptible";
import { type Journal, journalFile, lastSeconds, openJournal, readJournal } from "../phases/journal";
import type { Phase, PhaseSituation } from "../phases/phase";
import { recoveryDirectory } from "../phases/recovery-directory";
import { runPhases } from "../phases/run-phases";
import { type Assessment, assess } from "./assess/assess";
import { assessPhase } from "./assess/assess-phase";
import { prodQuestions } from "./assess/prod-systems";

import { chosenPoint, recoveryPointPhase } from "./assess/recovery-point-phase";
import { migratePhase } from "./database/migrate";
import { DiskApi } from "./database/disk-api";
import { restoreDatabasePhase } from "./database/restore-database";
import { drApplication, filesTarget } from "./dr-application";
import { type DrStack, openDrStack, standIn } from "./dr-stack";
import { restoreFilesPhase } from "./files/restore-files";
import { type ApiImage, apiImageOf } from "./api-image";
import { prodSide, type ProdSide } from "./prod-side";
import { provisionPhase, refuseLive } from "./provision";
import { reportOf, type StandUpReport, writeReport } from "./report";
import { sizeDiskPhase } from "./database/size-disk";
import { switchPhase } from "./switch-configuration";
import type { CheckResult } from "./verify/check";
import { databaseChecks } from "./verify/database-checks";
import { filesChecks } from "./verify/files-checks";
import { healthChecks } from "./verify/health-checks";
import { keyChecks } from "./verify/encryption-key-check";
import { smokeChecks } from "./verify/smoke-checks";
import { type Verification, verifyPhase } from "./verify/verify-phase";

const operation = "stand-up";
const apiName = apiServiceName(standIn);

export interface StandUpRequest {
  readonly cloud: boolean;
  /** An id, or `latest-verified`. */
  readonly recoveryPoint: string;
  /** Instead of the usual one. */
  readonly kit: string | undefined;
  readonly startOver: boolean;
  readonly display: Display;
  /** Given what was found, before anything is written; throws to go no further. */
  readonly agree: (found: Assessment) => Promise<void>;
  /** Given the report of a run that failed, before its error is thrown. */
  readonly failed: (report: StoodUp) => void;
}

export interface StoodUp {
  readonly report: StandUpReport;
  readonly files: { readonly json: string; readonly text: string };
}

/**
 * Typed again after any interruption it carries on: phases that are done are not repeated.
 *
 * @throws before anything is written: the kit's and the target's own errors, what `agree` throws, CHI-H040, CHI-H00x of the journal; then the
 *   error of the phase that failed, whose report is beside the journal
 */
export async function standUp(request: StandUpRequest): Promise<StoodUp> {
  const { cloud } = request;
  const directory = recoveryDirectory(cloud);
  const stack = await openDrStack(cloud);
  // Before the journal: the one of the stand-up that went live is still needed.
  await refuseLive(stack);
  const identity = await identityOf(stack);
  const kit = await openKitWith(() => Promise.resolve(identity), { cloud, ...(request.kit === undefined ? {} : { file: request.kit }) });
  const prod = await prodSide(kit, cloud);
  const shelf = new ObjectStore(prod.backups);
  try {
    const look = async (point: string) =>
      assess({ prod, shelf, point, identity, questions: prodQuestions(prod, cloud), declared: declaredOffline, image: await imageOf(stack, prod.kit, cloud), now: new Date() });
    const found = await look(alreadyChosen(directory, request) ?? request.recoveryPoint);
    await request.agree(found);
    const journal = await openJournal(directory, operation, { recoveryPoint: request.recoveryPoint, target: stack.kind }, { startOver: request.startOver });
    try {
      const run = new StandUpRun({ cloud, directory, stack, identity, prod, shelf, journal, found });
      return await run.carryOut(request, () => look(request.recoveryPoint));
    } finally {
      journal.close();
    }
  } finally {
    shelf.close();
  }
}

/** What chisan-dr's API will run, and what to do about it. */
async function imageOf({ configured }: Pick<DrStack, "configured">, kit: ProdSide["kit"], cloud: boolean): Promise<ApiImage> {
  const [set, project, region] = await Promise.all([configured("apiImage"), configured("gcpProject"), configured("region")]);
  return apiImageOf({ set, project, region, cloud }, kit);
}

/** BACKUP_IDENTITY counts in the sandbox too, as for every other command: a wrong key must be found out here. @throws CHI-A025 as these say it */
export async function identityOf({ configured }: Pick<DrStack, "configured">, given: NodeJS.ProcessEnv = process.env): Promise<string> {
  const identity = given["BACKUP_IDENTITY"] || (await configured("backupIdentity"));
  if (identity === undefined) throw new Error("CHI-A025 the private key for backups was not given to this machine: set BACKUP_IDENTITY (AGE-SECRET-KEY-1…)");
  return identity;
}

/** Of the run that is to be carried on. */
function alreadyChosen(directory: string, { startOver }: StandUpRequest): string | undefined {
  if (startOver) return undefined;
  const unfinished = readJournal(journalFile(directory, operation));
  const id = unfinished?.finishedAt === undefined ? unfinished?.phases.find(({ name }) => name === "recovery-point")?.result?.facts["id"] : undefined;
  return typeof id === "string" ? id : undefined;
}

/** The program itself, run without engine, state or vendor. Loaded when it is asked for: it brings all of Pulumi's SDK. */
async function declaredOffline() {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- the other commands start without it
  const { declaredStack } = require("../../declared/declared-stack") as typeof import("../../declared/declared-stack");
  return (await declaredStack(standIn)).resources;
}

interface RunInput {
  readonly cloud: boolean;
  readonly directory: string;
  readonly stack: DrStack;
  /** Secret. */
  readonly identity: string;
  readonly prod: ProdSide;
  readonly shelf: ObjectStore;
  readonly journal: Journal;
  readonly found: Assessment;
}

class StandUpRun {
  private checks: readonly CheckResult[] = [];
  private written: StoodUp | undefined;

  public constructor(private readonly input: RunInput) {}

  /** @param again the assessment made anew, should the run be long ago by then */
  public async carryOut({ display, failed }: Pick<StandUpRequest, "display" | "failed">, again: () => Promise<Assessment>): Promise<StoodUp> {
    const { journal } = this.input;
    try {
      await interruptible((signal) => runPhases({ operation, id: journal.id, journal, phases: this.phases(again), display, signal }));
    } catch (error) {
      failed(await this.write(error instanceof Error ? (error.message.split("\n")[0] ?? "") : String(error)));
      throw error;
    }
    // The journal has the report's own phase done by now.
    return this.written ?? (await this.write(undefined));
  }

  private phases(again: () => Promise<Assessment>): Phase[] {
    const { cloud, directory, stack, identity, prod, shelf, journal, found } = this.input;
    const last = lastSeconds(directory, operation);
    const estimate = (name: string, otherwise: number) => Math.max(1, Math.round(last.get(name) ?? otherwise));
    const { manifest } = found.point;
    const targetUrl = async () => String((await stack.outputs())["databaseUrl"]);
    let first: Assessment | undefined = found;
    return [
      assessPhase(async () => {
        const known = first ?? (await again());
        first = undefined;
        return known;
      }),
      recoveryPointPhase(() => Promise.resolve(found.point)),
      provisionPhase({
        stack,
        encryptionKey: prod.kit.encryptionKey,
        begun: journal.record("provision") !== undefined,
        declared: Object.values(found.declared).reduce((sum, count) => sum + count, 0),
        // A new Supabase project and a load balancer take minutes at the vendors.
        estimateSeconds: estimate("provision", cloud ? 900 : 90),
      }),
      sizeDiskPhase({
        api: async () => new DiskApi(await openConnections(standIn, cloud).supabase()),
        databaseBytes: manifest.database.bytes,
        estimateSeconds: estimate("size-disk", cloud ? 60 : 1),
      }),
      restoreDatabasePhase({ shelf, identity, targetUrl, cloud, estimateSeconds: estimate("restore-database", 20 + manifest.database.bytes / 20e6) }),
      migratePhase({ targetUrl }),
      restoreFilesPhase({
        source: prod.files,
        target: () => filesTarget(stack, apiName),
        directory,
        id: standIn,
        estimateSeconds: estimate("restore-files", 10 + (found.files?.bytes ?? 0) / 10e6),
      }),
      switchPhase({ stack, prod, apiName }),
      verifyPhase((situation) => this.verification(situation), (results) => (this.checks = results), estimate("verify", 20)),
      {
        name: "report",
        title: "Report",
        estimateSeconds: 1,
        always: true,
        run: async () => {
          this.written = await this.write(undefined);
          return { summary: this.written.files.text, facts: { json: this.written.files.json, text: this.written.files.text } };
        },
      },
    ];
  }

  private async verification({ results }: PhaseSituation): Promise<Verification> {
    const { cloud, stack, shelf, prod } = this.input;
    const point = chosenPoint({ results });
    const found = await readManifest(shelf, point.kind, point.id);
    if (found === undefined) throw new Error(`CHI-H060 the backup ${point.kind} ${point.id} that was restored is gone: npx chisan backup list --stack prod`);
    const [application, resources, outputs, companyDomain] = await Promise.all([drApplication(stack, apiName), stack.resources(), stack.outputs(), stack.configured("companyDomain")]);
    if (companyDomain === undefined) throw new Error(`CHI-H074 chisan:companyDomain of ${standIn} is not set: pulumi config set chisan:companyDomain '<company domain>' --stack ${standIn}`);
    const { api } = outputs["addresses"] as { readonly api: string };
    const client = await connectTo(application.databaseUrl, standIn);
    const migrated = results.get("migrate")?.facts["applied"];
    const files = results.get("restore-files")?.facts["files"];
    return {
      checks: [
        ...healthChecks({ cloud, resources, apiHost: new URL(api).host, apiName }),
        ...keyChecks({ resources, apiName, key: prod.kit.encryptionKey }),
        ...databaseChecks({ client, manifest: found.manifest, migrated: Array.isArray(migrated) ? migrated.map(String) : [], companyDomain }),
        ...filesChecks({ bucket: application.bucket, expected: typeof files === "number" ? files : undefined }),
        ...smokeChecks(application),
      ],
      close: () => client.end().catch(() => undefined),
    };
  }

  private async write(failure: string | undefined): Promise<StoodUp> {
    const { cloud, directory, stack, journal, prod } = this.input;
    const image = await imageOf(stack, prod.kit, cloud).catch(() => this.input.found.image);
    const records = journal.records().filter(({ name }) => name !== "report");
    const report = reportOf({ id: journal.id, cloud, startedAt: journal.startedAt, now: new Date(), records, checks: this.checks, failure, image, kit: prod.kit });
    return { report, files: writeReport(directory, report) };
  }
}
