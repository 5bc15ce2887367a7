/** Normal operation: an environment, a region's outage, a backup, and users who go on writing. */
import { z } from "zod";
import { Client } from "pg";
import { specifications } from "../../../stacks/specifications";
import { clientOptions } from "../../../supabase/client-options";
import { prepareDatabase } from "../../seed/prepare-database";
import type { Phase } from "../phases/phase";
import { regionInWords } from "../region/region-names";
import { setRegion } from "./disaster";
import { factResult, type DrillContext } from "./drill-context";
import { askEdge, askUntil } from "./edge-client";
import { writeDuring, writeSome } from "./sentinels/write-steadily";

const upAnswer = z.object({ changes: z.record(z.string(), z.number()) });
const backupAnswer = z.object({ kind: z.string(), id: z.string(), snapshotAt: z.iso.datetime(), rows: z.number(), tables: z.record(z.string(), z.number()) });
const verifyAnswer = z.object({ doubts: z.array(z.string()) });

/** How many sentinels of each kind are written before the backup, and after it. */
const sentinelsBefore = 3;
const sentinelsAfter = 5;
/** Seconds that a client may wait for a change of the traffic to arrive. */
const arrivalLimit = 60;

export function beforePhases(context: DrillContext): Phase[] {
  const { sandbox, stack, host } = context;
  const estimate = context.estimate;
  return [
    {
      name: "prepare",
      title: "Build an environment like production",
      estimateSeconds: estimate("prepare", 70),
      async run({ say, signal }) {
        const up = upAnswer.parse(await sandbox.answer(["up", stack], { say, signal }));
        const resources = Object.entries(up.changes).reduce((sum, [operation, count]) => (operation === "delete" ? sum : sum + count), 0);
        const { databaseUrl } = await sandbox.outputs(stack, { say, signal });
        // Prod's own migrations, and staging's sample data in the place of prod's.
        await prepareDatabase("staging", String(databaseUrl), say);
        const writing = await context.writing("before", signal);
        try {
          await writeSome(writing, sentinelsBefore, signal);
        } finally {
          await context.closeStores();
        }
        const { tables, rows } = await countRows(String(databaseUrl));
        const files = writing.ledger.read().filter(({ kind }) => kind === "file").length;
        return factResult("prepare", `${resources} resources, ${rows} rows in ${tables} tables, ${files} files`, { resources, tables, rows, files });
      },
    },
    {
      name: "region",
      title: "Lose a region and come back",
      estimateSeconds: estimate("region", 25),
      async run({ say, signal }) {
        const { gcpRegion, gcpBackupRegion } = specifications.prod;
        const from = regionInWords(gcpRegion);
        const to = gcpBackupRegion === null || gcpBackupRegion === undefined ? "no other region" : regionInWords(gcpBackupRegion);
        const servedFrom = (region: string | null | undefined) => ({ status, body }: { status: number; body: Readonly<Record<string, unknown>> }) => status === 200 && body["region"] === region;
        const ask = () => askEdge(sandbox.running().edgeUrl, host, "/health");
        const arrive = async (region: string | null | undefined, command: readonly string[]): Promise<number> => {
          const begun = performance.now();
          await sandbox.answer(["dr", "region", "--stack", stack, ...command], { say, signal });
          const answer = await askUntil(ask, servedFrom(region), arrivalLimit, signal);
          if (!servedFrom(region)(answer)) throw new Error(`CHI-H142 ${host} is not served from ${String(region)} after \`npx chisan dr region\`, but with status ${answer.status} from ${String(answer.body["region"] ?? "nowhere")}: npx chisan dr region --help`);
          return (performance.now() - begun) / 1000;
        };
        await setRegion(sandbox, "down");
        const awaySeconds = await arrive(gcpBackupRegion, ["--away", gcpRegion]);
        await setRegion(sandbox, "up");
        const backSeconds = await arrive(gcpRegion, ["--back"]);
        return factResult("region", `from ${from} to ${to} in ${awaySeconds.toFixed(1)} s, and back in ${backSeconds.toFixed(1)} s`, { from, to, awaySeconds, backSeconds });
      },
    },
    {
      name: "protect",
      title: "Back up, and prove the backup",
      estimateSeconds: estimate("protect", 20),
      async run({ say, signal }) {
        const doing = { say, signal };
        const writing = await context.writing("before", signal);
        try {
          const backup = await writeDuring(writing, signal, async () => backupAnswer.parse(await sandbox.answer(["backup", "run", "--stack", stack, "--kind", "daily"], doing)));
          const { doubts } = verifyAnswer.parse(await sandbox.answer(["backup", "verify", "--stack", stack, "--kind", "daily", "--recovery-point", backup.id, "--depth", "decode", "--report"], doing));
          if (doubts.length > 0) throw new Error(`CHI-H143 the backup ${backup.id} is doubted (${doubts[0]}): npx chisan backup verify --stack ${stack} --depth decode`);
          await sandbox.chisan(["dr", "kit", "--stack", stack], doing);
          await sandbox.chisan(["dr", "kit", "--stack", stack, "--check"], doing);
          const tables = Object.keys(backup.tables).length;
          const { kind, id, snapshotAt, rows } = backup;
          return factResult("protect", `${kind} ${id}, ${rows} rows in ${tables} tables, every object decoded; the recovery kit opens`, { backup: { kind, id, snapshotAt }, tables, rows, depth: "decode" });
        } finally {
          await context.closeStores();
        }
      },
    },
    {
      name: "sentinels",
      title: "Go on working after the backup",
      estimateSeconds: estimate("sentinels", 6),
      async run({ signal }) {
        const writing = await context.writing("before", signal);
        try {
          await writeSome(writing, sentinelsAfter, signal);
        } finally {
          await context.closeStores();
        }
        const written = writing.ledger.read();
        const [rows, files] = [written.filter(({ kind }) => kind === "row").length, written.filter(({ kind }) => kind === "file").length];
        return factResult("sentinels", `${rows} test rows and ${files} test files written so far`, { rows, files });
      },
    },
  ];
}

async function countRows(databaseUrl: string): Promise<{ tables: number; rows: number }> {
  const client = new Client(clientOptions(databaseUrl));
  client.on("error", () => undefined);
  await client.connect();
  try {
    const { rows: tables } = await client.query<{ name: string }>("select format('%I.%I', schemaname, tablename) as name from pg_catalog.pg_tables where schemaname in ('public', 'chisan_drill')");
    let rows = 0;
    for (const { name } of tables) rows += Number((await client.query<{ count: string }>(`select count(*) from ${name}`)).rows[0]?.count);
    return { tables: tables.length, rows };
  } finally {
    await client.end();
  }
}
