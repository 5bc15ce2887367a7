import { applyMigrations } from "../../../supabase/apply";
import { readMigrations, type Migration } from "../../../supabase/migrations";
import { differences, hasOrder, lastGoodSecond, placeOrder, readBusinessData } from "./business-data";
import type { Scenario } from "./scenario";

/** Passes every test that looks at the schema only: it multiplies what was counted already, and drops what no rollback script can bring back. */
const bad: Migration = {
  version: "20991231000000",
  name: "count_stock_in_pieces",
  statements: ["update public.stocks set quantity = quantity * 12, reserved = 0", "alter table public.warehouses drop column city"],
  rollback: { name: "stop_counting_in_pieces", statements: ["alter table public.warehouses add column city text not null default ''"] },
};

/** A migration that corrupts data reaches the database through the pipeline. */
export const badMigration: Scenario = {
  name: "bad-migration",
  title: "A migration corrupts data",
  row: "Database corruption",
  severity: "Medium",
  likelihood: "Low",
  procedure: "B: PITR restore",
  runbook: "bad-migration.md",
  stack: "staging",
  objective: { seconds: 1800, source: "section 4.2, procedure B" },
  async run({ sandbox, happened, lost, expect, noticed, recovered }) {
    const { databaseUrl } = await sandbox.outputs("staging");
    const before = await sandbox.database(databaseUrl, async (client) => {
      await placeOrder(client, "BEFORE-MIGRATION");
      const data = await readBusinessData(client);
      await lastGoodSecond(client);
      // As the pipeline applies it.
      await applyMigrations(client, [...readMigrations(), bad]);
      await placeOrder(client, "AFTER-MIGRATION");
      expect("stock counts are wrong and a column is gone", differences(data, await readBusinessData(client)).includes("stocks"));
      return data;
    });
    happened(`migration ${bad.version}_${bad.name} multiplied every stock count by 12 and dropped a column; an order came in after it`);

    noticed();
    const printed = await sandbox.runbook("bad-migration.md", ["2.", "3.", "4.", "5."]);
    recovered();

    await sandbox.database(databaseUrl, async (client) => {
      const difference = differences(before, await readBusinessData(client));
      expect("every row of every business table is as it was before the migration, found by the page's own query", difference === "", difference);
      if (!(await hasOrder(client, "AFTER-MIGRATION"))) lost("the order that came in after the migration: recovery puts the whole database back");
      const { rows } = await client.query<{ version: string }>("select max(version) as version from supabase_migrations.schema_migrations");
      expect("the history of migrations ends before the bad one", rows[0]?.version !== bad.version, rows[0]?.version);
      expect("the repaired repository has nothing left to apply", (await applyMigrations(client, readMigrations())).length === 0);
    });
    expect("the page's query showed the migration", printed.includes(bad.name));
  },
};
