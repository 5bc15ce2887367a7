import { hasOrder, placeOrder, readBusinessData, differences, lastGoodSecond } from "./business-data";
import type { Scenario } from "./scenario";

/** The wrong window: a person drops a table of the live database. */
export const tableDrop: Scenario = {
  name: "table-drop",
  title: "A table is dropped by accident",
  row: "Data deletion (accidental)",
  severity: "Medium",
  likelihood: "Medium",
  procedure: "B: PITR restore",
  runbook: "table-drop.md",
  stack: "staging",
  objective: { seconds: 1800, source: "section 4.2, procedure B" },
  async run({ sandbox, happened, lost, expect, noticed, recovered }) {
    const { databaseUrl } = await sandbox.outputs("staging");
    const [before, time] = await sandbox.database(databaseUrl, async (client) => {
      await placeOrder(client, "BEFORE-DROP");
      return [await readBusinessData(client), await lastGoodSecond(client)] as const;
    });
    await sandbox.database(databaseUrl, async (client) => {
      await client.query("drop table public.order_lines cascade");
      await placeOrder(client, "AFTER-DROP");
      expect("the table is gone", (await readBusinessData(client))["order_lines"] === "gone");
    });
    happened("`drop table public.order_lines cascade` was typed into the live database, and an order came in after it");

    noticed();
    const printed = await sandbox.runbook("table-drop.md", ["1.", "2.", "3."], { TIME: time });
    recovered();

    await sandbox.database(databaseUrl, async (client) => {
      const difference = differences(before, await readBusinessData(client));
      expect("every row of every business table is as it was before the accident", difference === "", difference);
      if (!(await hasOrder(client, "AFTER-DROP"))) lost("the order that came in after the accident: recovery puts the whole database back");
      const { rows } = await client.query<{ secured: boolean }>("select relrowsecurity and relforcerowsecurity as secured from pg_class where oid = 'public.order_lines'::regclass");
      expect("the table's row level security is on again", rows[0]?.secured === true);
      const { rowCount } = await client.query("select from pg_trigger where tgrelid = 'public.order_lines'::regclass and tgname in ('audit_change', 'audit_truncate', 'touch_updated_at')");
      expect("its triggers are back, the audit log's among them", rowCount === 3, `${rowCount} of 3`);
    });
    expect("the commands named the loss before it happened", printed.includes("orders: 1 INSERT"), "the dry run does not name the order");
    const backups = (await sandbox.chisan("backup", "list", "--stack", "staging")).stdout;
    expect("the spoiled state was kept as a backup first", /manual/.test(backups));
  },
};
