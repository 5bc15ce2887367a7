/** On the substitute, and back to production. */
import { z } from "zod";
import type { Phase } from "../phases/phase";
import { giveBack } from "./disaster";
import { factResult, type DrillContext } from "./drill-context";
import { askEdge, askUntil } from "./edge-client";
import { arrivalLimit } from "./phases-outage";
import { sentinelKinds, type SentinelKind } from "./sentinels/ledger";
import { writeSome } from "./sentinels/write-steadily";
import { stepsOf } from "./steps";

const failBackAnswer = z.object({ phases: z.array(z.unknown()).default([]) });
/** Entries of each kind that are made on the substitute. */
const madeThere = 4;

export function returnPhases(context: DrillContext): Phase[] {
  const { sandbox, stack, standIn, host, estimate } = context;
  const ask = (path: string) => askEdge(sandbox.running().edgeUrl, host, path);
  return [
    {
      name: "live",
      title: "Work on the substitute",
      estimateSeconds: estimate("live", 6),
      async run({ say, signal }) {
        let found = 0;
        for (let made = 0; made < madeThere; made += 1) {
          say(`entry ${made + 1} of ${madeThere} through ${host}`);
          const { status, body } = await ask("/smoke?write=1");
          if (status === 200 && body["written"] === true && body["stack"] === standIn) found += 1;
        }
        const writing = await context.writing("after", signal);
        try {
          await writeSome(writing, madeThere, signal);
        } finally {
          await context.closeStores();
        }
        const after = (kind: SentinelKind) => context.ledger.read().filter((each) => each.kind === kind && each.period === "after").length;
        const facts = { rows: after("row"), files: after("file"), throughEdge: { written: madeThere, found } };
        return factResult("live", `${found} of ${madeThere} entries through the public address, ${facts.rows} test rows and ${facts.files} test files written`, facts);
      },
    },
    {
      name: "rebuild",
      title: "Find what outlived the disaster",
      estimateSeconds: estimate("rebuild", 2),
      async run() {
        const given = [...(await giveBack(sandbox))];
        return factResult("rebuild", given.join("; "), { given });
      },
    },
    {
      name: "fail-back",
      title: "Bring the data home, and users with them",
      estimateSeconds: estimate("fail-back", 150),
      async run({ say, signal }) {
        const answer = failBackAnswer.parse(await sandbox.answer(["dr", "failback", "--yes", "--confirm", stack], { say, signal }));
        const served = await askUntil(() => ask("/smoke"), ({ status, body }) => status === 200 && body["stack"] === stack, arrivalLimit, signal);
        if (served.body["stack"] !== stack) throw new Error(`CHI-H145 ${host} is not served by ${stack} after the failback, but answers ${served.status} (${String(served.body["error"] ?? "")}): npx chisan dr failback`);
        const servedBy = `${String(served.body["service"])} in ${String(served.body["region"])}`;
        return factResult("fail-back", `users are served by ${servedBy}`, { servedAgainAt: new Date().toISOString(), servedBy, steps: stepsOf(answer.phases) });
      },
    },
    {
      name: "proof",
      title: "Look for what was written meanwhile",
      estimateSeconds: estimate("proof", 3),
      async run({ signal }) {
        const written = context.ledger.read().filter(({ period }) => period === "after");
        const { stores } = await context.writing("before", signal);
        try {
          const counted: Partial<Record<SentinelKind, { written: number; found: number }>> = {};
          for (const kind of sentinelKinds) {
            const there = await stores[kind].read();
            const own = written.filter((each) => each.kind === kind);
            counted[kind] = { written: own.length, found: own.filter(({ number, content }) => there.get(number) === content).length };
          }
          const { row: rows = { written: 0, found: 0 }, file: files = { written: 0, found: 0 } } = counted;
          return factResult("proof", `${rows.found} of ${rows.written} test rows and ${files.found} of ${files.written} test files of the substitute are in ${stack}`, { rows, files });
        } finally {
          await context.closeStores();
        }
      },
    },
  ];
}
