/** Migrations of this checkout that the backup does not have yet. */
import { connectTo } from "../../../backup/restore/connect";
import { applyMigrations } from "../../../../supabase/apply";
import { type Migration, readMigrations } from "../../../../supabase/migrations";
import type { Phase } from "../../phases/phase";
import { standIn } from "../dr-stack";

export interface MigrateInput {
  readonly targetUrl: () => Promise<string>;
  /** This checkout's by default. */
  readonly migrations?: readonly Migration[];
}

export function migratePhase({ targetUrl, migrations }: MigrateInput): Phase {
  return {
    name: "migrate",
    title: "Apply pending migrations",
    estimateSeconds: 5,
    async run({ say }) {
      const known = migrations ?? readMigrations();
      const client = await connectTo(await targetUrl(), standIn);
      try {
        const applied = await applyMigrations(client, known, undefined, { onStep: ({ version, name }) => say(`${version}_${name}`) });
        const names = applied.map(({ version, name }) => `${version}_${name}`);
        return {
          summary: names.length === 0 ? `none is pending, ${known.length} are applied` : `${names.length} applied that the backup did not have`,
          facts: { applied: names, known: known.length },
        };
      } finally {
        await client.end().catch(() => undefined);
      }
    },
  };
}
