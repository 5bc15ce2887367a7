/** Prod as a place that the data can return to: what was lost is made anew, what is left is used, and the users are not led there yet. */
import { connectTo } from "../../backup/restore/connect";
import { readHead } from "../../backup/restore/ledger";
import { contentOf } from "../../backup/restore/target-objects";
import { renewKit } from "../kit/renew-kit";
import { policyArguments } from "../../policies/packs";
import { secretOutput, stackOutputs } from "../../engine/stack-operation";
import type { Phase } from "../phases/phase";
import { belongingNames, urnOf } from "./belongings";
import { withCutOver } from "./cut-over-setting";
import { askDatabase } from "./fence";
import { release, type SideOf } from "./hand-over";
import { giveKeyBack, requireKeyOfData } from "./key-to-prod";

const who = "prod's database";

export function rebuildPhase(prod: SideOf, dr: SideOf, cloud: boolean): Phase {
  return {
    name: "rebuild-prod",
    title: "Rebuild prod",
    // A new Supabase project and a load balancer take minutes at the vendors.
    estimateSeconds: cloud ? 1200 : 120,
    async run({ say }) {
      say("reading prod's state");
      const there = await resourcesOf(prod);
      await requireRoomAlready(prod, cloud);
      const key = await giveKeyBack(prod, dr);
      say(key);
      // Were they in it, the refresh would find chisan-dr's values, and a later destroy would take the hosts from their users.
      const released = await release(prod);
      const excluded = belongingNames.flatMap((name) => ["--exclude", urnOf("prod", name)]);
      await withCutOver("prod", prod.file, false, async (draft) => {
        const engine = prod.engine.with(draft);
        let done = 0;
        const progress = (verb: string) => (what: string) => say(`${verb} ${(done += 1)}: ${what}`);
        if (there > 0) await engine.operate(["refresh", "--skip-preview"], progress("looking what is left,"));
        // The policies judge prod as a whole; of one without its hosts they would say that nobody finds back from the sign-in.
        say("asking the policies");
        await engine.operate(["preview", ...policyArguments], () => undefined);
        done = 0;
        await engine.operate(["up", "--skip-preview", ...excluded], progress("making what is missing,"));
      });
      const project = String((await stackOutputs("prod", prod.target))["supabaseProject"]);
      await requireRoom(await databaseUrl(prod), project, cloud);
      await requireKeyOfData(prod, dr);
      await renewKit("prod", cloud, { target: prod.target });
      return {
        summary: `${there === 0 ? "all of it anew" : `on ${there} resources that its state had`}, database ${project}, ${key}, its hosts still lead to chisan-dr`,
        facts: { resourcesBefore: there, released, supabaseProject: project, encryptionKey: key },
      };
    },
  };
}

export function databaseUrl({ stack, target }: Pick<SideOf, "stack" | "target">): Promise<string> {
  return secretOutput(stack, "databaseUrl", target);
}

/** @throws CHI-H109 with what to do when the state is lost */
async function resourcesOf({ engine }: SideOf): Promise<number> {
  try {
    return (await engine.state()).deployment?.resources?.filter(({ type }) => !type.startsWith("pulumi:")).length ?? 0;
  } catch (error) {
    throw new Error(
      `CHI-H109 prod's state cannot be read (${error instanceof Error ? error.message : String(error)}): bring its backend back; if it is lost for good, pulumi stack init prod makes an empty one, ` +
        "and what is left of prod at the vendors has to be deleted there first (its names are taken), its buckets imported (docs/runbooks/state-lost.md); then type the same command again",
      { cause: error },
    );
  }
}

/** Of a database that outlived the disaster, before anything else costs time; one that is lost gives no answer, or no address even. */
async function requireRoomAlready({ engine, ...prod }: SideOf, cloud: boolean): Promise<void> {
  const project = (await engine.state()).deployment?.resources?.find(({ urn }) => urn.endsWith("supabase:index/project:Project::database-project"))?.id;
  if (project === undefined) return;
  const url = await databaseUrl(prod);
  const answer = await askDatabase(url);
  if (answer === "writable" || answer === "fenced") await requireRoom(url, project, cloud);
}

/**
 * What is in it now cannot be of this failback, whose backup is made later: an unfinished restore of an earlier one neither.
 *
 * @throws CHI-H108 when there are data that a restore would have to overwrite
 */
export async function requireRoom(url: string, project: string, cloud: boolean): Promise<void> {
  const client = await connectTo(url, who);
  try {
    const head = await readHead(client);
    const found = await contentOf(client);
    if (head === undefined && found.length === 0) return;
    const content = head === undefined ? `what it had before the disaster (${found.slice(0, 3).join(", ")}${found.length > 3 ? ` and ${found.length - 3} more` : ""})` : `an unfinished restore of ${head.kind} ${head.id} of ${head.stack}`;
    const copy = head === undefined ? `keep a copy (npx chisan backup run --stack prod --kind manual${cloud ? " --cloud" : ""}), then ` : "";
    // Supabase's API could delete it too; the tool has no such command for the cloud, where a person has to look at what goes, its own backups with it.
    const remove = cloud ? `delete the project ${project} at Supabase (dashboard, Project Settings, General, Delete project; its own backups and PITR go with it)` : `delete the project: npx chisan sandbox lose-database prod --yes --confirm prod`;
    throw new Error(`CHI-H108 ${who} (project ${project}) still has ${content}, and a failback overwrites nothing: ${copy}${remove}, and type the same command again: it makes a new one (docs/runbooks/procedure-c.md, step 5)`);
  } finally {
    await client.end().catch(() => undefined);
  }
}
