/**
 * The quarterly drill in the cloud: what can be rehearsed without touching prod. chisan-dr is stood up from prod's newest export, verified,
 * the cut-over is previewed, and everything is destroyed again. Prod's addresses and data are not touched: no command that could is started.
 */
import { join } from "node:path";
import { z } from "zod";
import { proofName, proofPrefixes } from "../../../config/exported-metrics";
import { keptInWords } from "../../destroy/destroy-copy";
import { isOfBucket } from "../../destroy/state-buckets";
import { ObjectStore } from "../../backup/object-store/object-store";
import { openConnections } from "../../connections/stack-connections";
import { handOverInWords, proposeHandOver } from "../cut-over/hand-over";
import { openSide, otherSide } from "../cut-over/sides";
import { lastSeconds } from "../phases/journal";
import type { Phase } from "../phases/phase";
import { recoveryDirectory } from "../phases/recovery-directory";
import { openDrStack, standIn } from "../stand-up/dr-stack";
import { endLeftover, runCommand, runVariable } from "./child-command";
import { factResult } from "./drill-context";
import { rehearse, type CleanedUp, type Course, type Rehearsed } from "./rehearse";
import { reportNames, type Part, type Report } from "./report/schema";
import { sha256, writeReport } from "./report/write-report";
import { signingKey } from "./signature/keys";
import { standUpResult } from "./stand-up-answer";

const operation = "cloud-drill";
const byHand = `npx chisan destroy ${standIn} --cloud`;

/** What stays by its lock. */
const destroyAnswer = z.object({
  kept: z.array(z.object({ bucket: z.string(), objects: z.number(), bytes: z.number(), lockedUntil: z.iso.datetime().nullable(), dollarsPerMonth: z.number() })).default([]),
});

export const cloudParts = { "stand-up": "outage", "preview-cut-over": "outage", "clean-up": "clean-up" } as const satisfies Readonly<Record<string, Part>>;

/** Where the program that runs at the moment is noted. */
const noteIn = (directory: string) => join(directory, "cloud-drill-child.json");

interface Doing {
  readonly signal: AbortSignal;
  say(text: string): void;
}

/** What a drill does in the cloud: all of it. Replaced in tests. */
export interface CloudHands {
  /** `npx chisan <args> --cloud`. @returns its JSON */
  chisan(args: readonly string[], doing: Doing): Promise<unknown>;
  /** Resources of chisan-dr that exist; of them its buckets with what is declared on them; whether users are there. */
  substitute(): Promise<{ readonly resources: number; readonly storage: number; readonly live: boolean }>;
  /** What a cut-over would change, a line each; changes nothing. */
  previewCutOver(): Promise<readonly string[]>;
  /** Into the vault, under `reports/`. */
  upload(key: string, content: string): Promise<void>;
}

/**
 * @param environment of the caller, with chisan-dr's credentials, the vault's keys, BACKUP_IDENTITY and DRILL_REPORT_SIGNING_KEY
 * @throws before anything is made: CHI-H130, CHI-H134, CHI-H147, and what the prerequisites of chisan-dr lack
 */
export async function runCloudDrill({ startOver, keep, reportTo }: { startOver: boolean; keep: boolean; reportTo: string | undefined }, environment: NodeJS.ProcessEnv = process.env): Promise<Rehearsed> {
  const directory = recoveryDirectory(true);
  const key = signingKey(true, environment);
  const course = cloudCourse({ directory, key, keep, reportTo, hands: await realHands(directory, environment), secrets: secretsIn(environment) });
  const begin: Course["begin"] = async (journal) => {
    // Of a drill that was killed: it would hold the state's lock.
    await endLeftover(noteIn(directory), `${runVariable}=`);
    await course.begin(journal);
  };
  return rehearse({ ...course, begin }, startOver);
}

interface CloudCourse extends Pick<Course, "directory" | "key" | "keep"> {
  readonly hands: CloudHands;
  readonly reportTo: string | undefined;
  readonly secrets: readonly string[];
}

export function cloudCourse({ directory, key, keep, reportTo, hands, secrets }: CloudCourse): Course {
  const last = lastSeconds(directory, operation);
  const estimate = (name: string, otherwise: number) => Math.max(1, Math.round(last.get(name) ?? otherwise));
  const removeEverything = async (doing: Doing): Promise<CleanedUp> => {
    const { resources, live } = await hands.substitute();
    // A cut-over by somebody else meanwhile: then it is production.
    if (live) return { destroyed: [], left: [`${standIn}, which users were sent to meanwhile: npx chisan dr failback --cloud`], locked: [] };
    // Without its name: what this drill's stand-up has not brought is somebody's, and stays.
    const { kept } = destroyAnswer.parse(resources > 0 ? await hands.chisan(["destroy", standIn, "--yes"], doing) : {});
    const after = await hands.substitute();
    const locked = kept.map((each) => keptInWords(each, byHand));
    const stranded = kept.length > 0 ? after.resources - after.storage : after.resources;
    return { destroyed: [`${standIn}, ${resources - after.resources} resources`], left: stranded === 0 ? [] : [`${stranded} resources of ${standIn}: ${byHand}`], locked };
  };
  const phases: Phase[] = [
    {
      name: "stand-up",
      title: "Stand up the substitute from the newest export",
      estimateSeconds: estimate("stand-up", 2400),
      async run(doing) {
        return standUpResult(await hands.chisan(["dr", "stand-up", "--yes", "--confirm", standIn], doing));
      },
    },
    {
      name: "preview-cut-over",
      title: "Preview the change of addresses, without making it",
      estimateSeconds: estimate("preview-cut-over", 60),
      async run() {
        const lines = [...(await hands.previewCutOver())];
        return factResult("preview-cut-over", `would change: ${lines.join("; ")}`, { lines });
      },
    },
    {
      name: "clean-up",
      title: "Destroy what was made",
      estimateSeconds: estimate("clean-up", 600),
      async run(doing) {
        if (keep) return factResult("clean-up", `kept, as asked for: npx chisan destroy ${standIn} --cloud`, { destroyed: [], left: [`${standIn}, as asked for: npx chisan destroy ${standIn} --cloud`], locked: [] });
        const { destroyed, left, locked } = await removeEverything(doing);
        if (left.length > 0) throw new Error(`CHI-H148 not all of the drill could be destroyed: ${left.join("; ")}`);
        return factResult("clean-up", [...destroyed, ...locked].join("; "), { destroyed: [...destroyed], left: [], locked: [...locked] });
      },
    },
  ];
  return {
    operation,
    target: "cloud",
    directory,
    key,
    phases,
    parts: cloudParts,
    keep,
    byHand: `${standIn}: npx chisan destroy ${standIn} --cloud`,
    async begin({ resumed }) {
      const { resources, storage, live } = await hands.substitute();
      // What locks have kept of an earlier one is used again.
      if (live || (resources > storage && !resumed)) {
        const found = live ? "users are there" : `it has ${resources} resources that no drill of this machine has made`;
        throw new Error(`CHI-H147 ${standIn} exists already (${found}), and a drill destroys it in the end; nothing was touched: if it is a forgotten drill's, npx chisan destroy ${standIn} --cloud first`);
      }
    },
    removeEverything: () => removeEverything({ signal: new AbortController().signal, say: (text) => process.stderr.write(`  ${text}\n`) }),
    secrets: () => secrets,
    async deliver(id, files, report) {
      const local = writeReport(reportTo ?? join(directory, "reports", id), files);
      await uploadReport(hands, id, files, report);
      return local;
    },
    end: () => undefined,
  };
}

/** The proof last, and only of a drill that passed: the monitoring counts from it. */
async function uploadReport({ upload }: Pick<CloudHands, "upload">, id: string, files: Readonly<Record<string, string>>, report: Report): Promise<void> {
  const folder = `${proofPrefixes.drill}${id}/`;
  for (const [name, content] of Object.entries(files)) await upload(`${folder}${name}`, content);
  if (report.result !== "passed") return;
  await upload(`${folder}${proofName}`, `${JSON.stringify({ formatVersion: 1, kind: report.kind, id, stack: report.stack, endedAt: report.endedAt, reportSha256: sha256(files[reportNames.json] ?? "") }, null, 2)}\n`);
}

/** Never with prod's own database: a drill rehearses the day on which it is gone. */
function drillEnvironment({ DATABASE_URL: _prods, ...environment }: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return { ...environment, CHISAN_TARGET: "cloud" };
}

/** @throws what `chooseTarget` does: every prerequisite of chisan-dr that is missing, by name */
async function realHands(directory: string, given: NodeJS.ProcessEnv): Promise<CloudHands> {
  const environment = drillEnvironment(given);
  const stack = await openDrStack(true);
  return {
    async chisan(args, { signal, say }) {
      const { code, stdout, failure } = await runCommand([...args, "--cloud", "--json"], { environment, note: noteIn(directory), signal, say });
      if (code !== 0) throw new Error(`CHI-H125 \`npx chisan ${args.join(" ")} --cloud\` failed: ${failure}`);
      return JSON.parse(stdout);
    },
    async substitute() {
      const resources = await stack.resources();
      return { resources: resources.length, storage: resources.filter(isOfBucket).length, live: (await stack.configured("cutOver")) === "true" };
    },
    async previewCutOver() {
      const dr = await openSide(standIn, true);
      return handOverInWords(await proposeHandOver(dr, otherSide("prod", dr)));
    },
    async upload(key, content) {
      const store = new ObjectStore(await openConnections("prod", true, environment).backups("writer"));
      try {
        await store.put(key, content);
      } finally {
        store.close();
      }
    },
  };
}

/** What the job was given and must not be in a report. */
function secretsIn(environment: NodeJS.ProcessEnv): string[] {
  return Object.entries(environment).flatMap(([name, value]) => (value !== undefined && /SECRET|TOKEN|KEY|IDENTITY|PASS|DATABASE_URL/.test(name) ? [value] : []));
}
