import { rmSync } from "node:fs";
import { join } from "node:path";
import { differences, readBusinessData } from "./business-data";
import type { Scenario } from "./scenario";
import type { ScenarioSandbox } from "./scenario-sandbox";

const stack = "staging";

/** The bucket with Pulumi's state is emptied, its history with it. */
export const stateLost: Scenario = {
  name: "state-lost",
  title: "The Pulumi state of a stack is lost",
  row: "Security breach",
  severity: "Critical",
  likelihood: "Low",
  procedure: "Incident response plan",
  runbook: "state-lost.md",
  notRehearsed: "the versions that the state's own bucket, or Pulumi Cloud, keeps: the first thing to try in earnest",
  stack,
  objective: { seconds: 14_400, source: "section 3.3, complete rebuild" },
  async run({ sandbox, happened, lost, expect, noticed, recovered }) {
    const { databaseUrl } = await sandbox.outputs(stack);
    // What is done after each `up`.
    await sandbox.chisan("dr", "kit", "--stack", stack);
    await sandbox.chisan("dr", "state", "save", "--stack", stack);
    const things = thingsOf(sandbox);
    const data = await sandbox.database(databaseUrl, readBusinessData);
    const { secrets } = await stateOf(sandbox);

    rmSync(join(sandbox.paths.state, ".pulumi"), { recursive: true });
    const empty = await stateOf(sandbox);
    expect("the state knows nothing any more", empty.resources === 0, `${empty.resources} resources`);
    happened(`the state's backend was emptied, with its history and its backups; ${things.length} things at the vendors belong to nobody`);

    noticed();
    await sandbox.runbook("state-lost.md", ["2.", "3."]);
    recovered();

    const after = await stateOf(sandbox);
    expect("the state knows what it knew, every generated secret included", after.secrets === secrets && after.resources > 100, `${after.resources} resources`);
    const [now, known] = [new Set(thingsOf(sandbox)), new Set(things)];
    const [made, gone] = [[...now].filter((thing) => !known.has(thing)), things.filter((thing) => !now.has(thing))];
    expect("at the vendors nothing was made, replaced or deleted", made.length + gone.length === 0, `made: ${made.slice(0, 5).join(", ")}; gone: ${gone.slice(0, 5).join(", ")}`);
    const difference = differences(data, await sandbox.database(databaseUrl, readBusinessData));
    expect("the data were not touched", difference === "", difference);
    const again = JSON.parse((await sandbox.chisan("up", stack, "--json")).stdout) as { result: string };
    expect("an ordinary `up` changes nothing", again.result === "no changes", again.result);
    lost("the history of former updates; the state of the last `up` is whole");
  },
};

/** Types and ids of all that exists; without a vendor's memory of deleted names. */
function thingsOf(sandbox: ScenarioSandbox): string[] {
  return sandbox.world().filter(({ type }) => !type.includes("/deleted")).map(({ type, id }) => `${type} ${id}`);
}

/** How many resources the state has, and the outputs with their secrets. */
async function stateOf(sandbox: ScenarioSandbox): Promise<{ resources: number; secrets: string }> {
  // The sandbox makes a stack that is not there: an empty one, as in the backend of somebody who types `pulumi stack init`.
  const secrets = (await sandbox.chisan("output", stack, "--json", "--show-secrets")).stdout;
  const exported = JSON.parse((await sandbox.pulumi("stack", "export", "--stack", stack)).stdout) as { deployment?: { resources?: unknown[] } };
  return { resources: exported.deployment?.resources?.length ?? 0, secrets };
}
