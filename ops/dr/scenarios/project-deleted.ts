import { deleteAtVendor } from "../drill/vendor-hand";
import { apiKeysOf, callGateway, readFileAsApi } from "./api-of-stack";
import { differences, placeOrder, readBusinessData } from "./business-data";
import type { Scenario } from "./scenario";
import { visit } from "./visitor";

const projectType = "supabase:index/project:Project";
const host = "api.chisan.app";
const files: Readonly<Record<string, string>> = { "orders/1/invoice.txt": "the invoice", "orders/2/photo.txt": "a photo" };

/** Somebody deletes prod's project at Supabase: the database, its PITR and its daily backups are gone with it. */
export const projectDeleted: Scenario = {
  name: "project-deleted",
  title: "Prod's Supabase project is deleted",
  row: "Supabase outage",
  severity: "High",
  likelihood: "Very Low",
  procedure: "C: migrate",
  runbook: "procedure-c.md",
  notRehearsed: "the way back to a rebuilt prod (step 5), which `npx chisan dr drill` rehearses",
  stack: "prod",
  objective: { seconds: 14_400, source: "section 3.3, complete rebuild" },
  async run({ sandbox, happened, lost, expect, noticed, recovered }) {
    const { databaseUrl } = await sandbox.outputs("prod");
    const { gatewayKey } = apiKeysOf(sandbox, "prod");
    for (const [key, text] of Object.entries(files)) await callGateway(sandbox, "prod", gatewayKey, "PUT", key, text);
    await sandbox.chisan("dr", "kit");
    const before = await sandbox.database(databaseUrl, async (client) => {
      await placeOrder(client, "BEFORE-BACKUP");
      return readBusinessData(client);
    });
    await sandbox.chisan("backup", "run", "--stack", "prod", "--kind", "daily");
    await sandbox.database(databaseUrl, (client) => placeOrder(client, "AFTER-BACKUP"));
    const served = await visit(sandbox, host);
    expect("before, a visitor is served", served.status === 200, served.words);

    const project = sandbox.world().find(({ type, outputs }) => type === projectType && outputs["name"] === "chisan-prod");
    if (project === undefined) throw new Error("CHI-H170 the sandbox has no project chisan-prod: npx chisan sandbox status");
    await deleteAtVendor(sandbox.running(), "terraform-provider", projectType, project.id);
    const down = await visit(sandbox, host);
    expect("a visitor gets no answer", down.status >= 500, down.words);
    happened("prod's project was deleted at Supabase, with its database, its PITR and its own backups; an order had come in after our last backup");

    noticed();
    await sandbox.runbook("procedure-c.md", ["1.", "2.", "4."], { OLD_SIDE: "--old-side-gone" });
    const after = await visit(sandbox, host, "/api/smoke?write=1");
    recovered();
    expect("a visitor is served by the stand-in, and what they write is there", after.status === 200 && (after.revision ?? "").startsWith("chisan-dr-"), after.words);

    const standIn = await sandbox.outputs("chisan-dr");
    const data = await sandbox.database(standIn.databaseUrl, readBusinessData);
    const difference = differences(before, data);
    expect("every row of every business table is as it was at the backup", difference === "", difference);
    const api = apiKeysOf(sandbox, "chisan-dr");
    const wrong: string[] = [];
    for (const [key, text] of Object.entries(files)) {
      const found = await readFileAsApi(sandbox, api, key).catch((error: Error) => error.name);
      if (found !== text) wrong.push(`${key}: ${found}`);
    }
    expect("the stand-in reads every file of prod's, byte for byte", wrong.length === 0, wrong.join("; "));
    lost("the order that came in after the last backup: at most a day's, section 3.2");
  },
};
