/** The first look: what is left of prod, what can be restored, what will be made, and what it costs. It changes nothing. */
import type { DeclaredResource } from "../../../declared/declared-resource";
import { ageInWords, bytesInWords } from "../../../backup/list/list-backups";
import { GatewayClient } from "../../../files/gateway-client";
import { costInWords, monthlyCost, type MonthlyCost } from "../cost/monthly-cost";
import type { ApiImage } from "../api-image";
import type { ProdSide } from "../prod-side";
import { askSystems, type Question, type SystemFinding } from "./ask-systems";
import { type BackupShelf, chooseRecoveryPoint, lossWindowSeconds, pointInWords, recoveryPointObjectiveSeconds, type RecoveryPoint } from "./recovery-point";

/** Seconds for each system's answer. */
const answerLimit = 8;
/** Pages of a thousand files that are counted: enough to know what they cost. */
const mostPages = 20;

export interface Assessment {
  /** ISO 8601. */
  readonly kitMadeAt: string;
  readonly systems: readonly SystemFinding[];
  readonly point: RecoveryPoint;
  readonly lossWindowSeconds: number;
  readonly withinObjective: boolean;
  /** Files can be restored up to this moment (ISO 8601); null when the gateway is silent. */
  readonly filesUpTo: string | null;
  readonly files: FileSurvey | null;
  /** Resources to be made, by vendor. */
  readonly declared: Readonly<Record<string, number>>;
  readonly cost: MonthlyCost;
  readonly image: ApiImage;
  /** Whether the kit has the key that columns are encrypted with. */
  readonly encryptionKey: boolean;
}

export interface FileSurvey {
  readonly count: number;
  readonly bytes: number;
  /** There are more than were counted. */
  readonly more: boolean;
}

export interface AssessInput {
  readonly prod: ProdSide;
  readonly shelf: BackupShelf;
  readonly point: string;
  readonly identity: string;
  readonly questions: readonly Question[];
  /** What chisan-dr's program declares. */
  readonly declared: () => Promise<readonly DeclaredResource[]>;
  readonly image: ApiImage;
  readonly now: Date;
}

/** @throws what `chooseRecoveryPoint` does: without the backups' bucket there is nothing to restore from. Every other silence is in the result */
export async function assess({ prod, shelf, point, identity, questions, declared, image, now }: AssessInput): Promise<Assessment> {
  let survey: FileSurvey | undefined;
  const counting: Question = {
    system: "files",
    ask: async () => {
      survey = await countFiles(new GatewayClient(await prod.files(), fetch, 200));
      return `${survey.count}${survey.more ? "+" : ""} files, ${bytesInWords(survey.bytes)}`;
    },
  };
  const [systems, chosen] = await Promise.all([askSystems([...questions, counting], answerLimit), chooseRecoveryPoint(shelf, point, identity)]);
  // Afterwards: the program takes the whole process for seconds, in which no answer would be heard.
  const resources = await declared();
  const backups: SystemFinding = { system: "backups", answers: true, detail: `bucket ${prod.backups.bucket} can be read`, seconds: 0 };
  const made = resources.filter(({ custom, type }) => custom && !type.startsWith("pulumi:"));
  const loss = lossWindowSeconds(chosen, now);
  const heard = systems.some(({ system, answers }) => system === counting.system && answers);
  const files = heard ? (survey ?? null) : null;
  return {
    kitMadeAt: prod.kit.madeAt,
    systems: [...systems, backups],
    point: chosen,
    lossWindowSeconds: loss,
    withinObjective: loss <= recoveryPointObjectiveSeconds,
    filesUpTo: files === null ? null : now.toISOString(),
    files,
    declared: byVendor(made),
    cost: monthlyCost(made, files?.bytes ?? 0),
    image,
    encryptionKey: prod.kit.encryptionKey !== null,
  };
}

async function countFiles(gateway: Pick<GatewayClient, "present">): Promise<FileSurvey> {
  let [count, bytes, pages] = [0, 0, 0];
  for await (const page of gateway.present({ prefix: "" })) {
    if ((pages += 1) > mostPages) return { count, bytes, more: true };
    count += page.length;
    bytes += page.reduce((sum, { size }) => sum + size, 0);
  }
  return { count, bytes, more: false };
}

const vendors: Readonly<Record<string, string>> = {
  gcp: "Google Cloud", cloudflare: "Cloudflare", supabase: "Supabase", vercel: "Vercel", checkly: "Checkly", sentry: "Sentry", random: "secrets", "pulumi-nodejs": "settings by API",
};

function byVendor(resources: readonly Pick<DeclaredResource, "type">[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { type } of resources) {
    const prefix = type.slice(0, type.indexOf(":"));
    const vendor = vendors[prefix] ?? prefix;
    counts[vendor] = (counts[vendor] ?? 0) + 1;
  }
  return counts;
}

/** Letters of what a system said that are shown; all of it is in the report. */
const longestDetail = 110;

/** For the person who decides whether to go on. */
export function assessmentInWords(found: Assessment, now: Date): string[] {
  const { systems, point, declared, cost, files, image } = found;
  const width = Math.max(...systems.map(({ system }) => system.length));
  const total = Object.values(declared).reduce((sum, count) => sum + count, 0);
  return [
    `Recovery kit of ${found.kitMadeAt}`,
    "Prod as it is now:",
    ...systems.map(({ system, answers, detail }) => `  ${answers ? "answers" : "SILENT "}  ${system.padEnd(width)}  ${detail.length > longestDetail ? `${detail.slice(0, longestDetail)}…` : detail}`),
    `Database: ${pointInWords(point, now)}`,
    ...point.passedOver.map((why) => `  passed over: ${why}`),
    files === null
      ? "Files: the gateway is silent; they can be restored when it answers"
      : `Files: as they were at ${point.manifest.snapshotAt}, like the database (${ageInWords(found.lossWindowSeconds)} ago); each later version stays in prod's vault`,
    `Encryption key of columns: ${found.encryptionKey ? "in the kit" : "NOT in the kit, which is of an earlier version: what prod's API encrypted cannot be read (the report says what helps)"}`,
    `API image: ${image.found}${image.mend === undefined ? "" : `: ${image.mend}`}`,
    `To be made: ${total} resources (${Object.entries(declared).map(([vendor, count]) => `${count} ${vendor}`).join(", ")})`,
    `Cost: ${costInWords(cost)}`,
  ];
}
