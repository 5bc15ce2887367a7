import type { Fact, Phase } from "../../phases/phase";
import type { Assessment } from "./assess";

/** Looks anew at each attempt: what was silent may answer now. */
export function assessPhase(look: () => Promise<Assessment>): Phase {
  return {
    name: "assess",
    title: "Assess",
    estimateSeconds: 10,
    always: true,
    async run({ say }) {
      say("asking each of prod's systems");
      const found = await look();
      const silent = found.systems.filter(({ answers }) => !answers).map(({ system }) => system);
      return {
        summary: silent.length === 0 ? "all of prod's systems answer" : `silent: ${silent.join(", ")}`,
        facts: {
          systems: found.systems.map(({ system, answers, detail, seconds }) => ({ system, answers, detail, seconds })),
          files: found.files === null ? null : { ...found.files },
          filesUpTo: found.filesUpTo,
          image: { state: found.image.state, mend: found.image.mend ?? null },
          encryptionKey: found.encryptionKey,
          declared: { ...found.declared },
          cost: { total: found.cost.total, lines: found.cost.lines.map((line): Fact => ({ ...line })) },
        },
      };
    },
  };
}
