/** From the disaster until users are served again. */
import { z } from "zod";
import type { Phase } from "../phases/phase";
import { losses, note, noted, strike, type DisasterNote } from "./disaster";
import { factResult, pace, type DrillContext } from "./drill-context";
import { askEdge, askUntil } from "./edge-client";
import { factsOfResults } from "./facts";
import { measureLoss } from "./sentinels/measure-loss";
import { writeSome } from "./sentinels/write-steadily";
import { standUpResult } from "./stand-up-answer";

const movedAnswer = z.object({ moved: z.array(z.object({ host: z.string() })) });
/** Seconds that a client may wait until it is served again, or no more. */
export const arrivalLimit = 120;

export function outagePhases(context: DrillContext): Phase[] {
  const { sandbox, stack, standIn, host, estimate } = context;
  const ask = () => askEdge(sandbox.running().edgeUrl, host, "/smoke");

  /** What users did last, and that they could. */
  async function lastWords(signal: AbortSignal): Promise<DisasterNote> {
    const { status } = await ask();
    const writing = await context.writing("before", signal);
    try {
      await writeSome(writing, 1, signal);
    } finally {
      await context.closeStores();
    }
    return note(sandbox, status);
  }

  return [
    {
      name: "disaster",
      title: "Lose production",
      estimateSeconds: estimate("disaster", 3),
      async run({ say, signal }) {
        const { at, statusBefore } = noted(sandbox) ?? (await lastWords(signal));
        await strike(sandbox, say);
        const after = await askUntil(ask, ({ status }) => status >= 400 || status === 0, arrivalLimit, signal);
        if (after.status > 0 && after.status < 400) throw new Error(`CHI-H144 ${host} still answers ${after.status} although all of ${stack} was taken away: this is a fault of the drill; npx chisan dr drill --start-over`);
        const status = after.status === 0 ? "no answer" : `status ${after.status}`;
        return factResult("disaster", `lost: ${losses.join(", ")}; users get ${status}`, { at, lost: [...losses], statusBefore, statusAfter: after.status });
      },
    },
    {
      name: "stand-up",
      title: "Stand up the substitute",
      estimateSeconds: estimate("stand-up", 110),
      async run({ say, signal }) {
        return standUpResult(await sandbox.answer(["dr", "stand-up", "--yes"], { say, signal }));
      },
    },
    {
      name: "verify",
      title: "Count what was lost",
      estimateSeconds: estimate("verify", 3),
      async run({ results, signal }) {
        const { at } = factsOfResults(results, "disaster");
        const written = context.ledger.read().filter(({ period }) => period === "before");
        const { stores } = await context.writing("after", signal);
        try {
          const [rows, files] = [await stores.row.read(), await stores.file.read()];
          const database = measureLoss(written.filter(({ kind }) => kind === "row"), rows, new Date(at), pace / 1000);
          const filesLoss = measureLoss(written.filter(({ kind }) => kind === "file"), files, new Date(at), pace / 1000);
          return factResult("verify", `${database.survived} of ${database.written} test rows and ${filesLoss.survived} of ${filesLoss.written} test files came back`, { database, files: filesLoss });
        } finally {
          await context.closeStores();
        }
      },
    },
    {
      name: "cut-over",
      title: "Send users to the substitute",
      estimateSeconds: estimate("cut-over", 40),
      async run({ say, signal }) {
        const answer = movedAnswer.parse(await sandbox.answer(["dr", "cutover", "--old-side-gone", "--yes", "--confirm", standIn], { say, signal }));
        const served = await askUntil(ask, ({ status, body }) => status === 200 && body["stack"] === standIn, arrivalLimit, signal);
        if (served.body["stack"] !== standIn) throw new Error(`CHI-H145 ${host} is not served by ${standIn} after the cut-over, but answers ${served.status} (${String(served.body["error"] ?? "")}): npx chisan dr cutover`);
        const hosts = [...new Set(answer.moved.map((each) => each.host))].join(", ");
        return factResult("cut-over", `users are served by ${standIn} (${hosts})`, { servedAgainAt: new Date().toISOString(), servedBy: `${String(served.body["service"])} in ${String(served.body["region"])}`, steps: [] });
      },
    },
  ];
}
