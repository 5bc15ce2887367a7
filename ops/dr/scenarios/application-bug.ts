import type { Scenario } from "./scenario";
import { visit } from "./visitor";

const host = "api-staging.chisan.app";

/** A deployment of the API has a bug: back to the revision before it. */
export const applicationBug: Scenario = {
  name: "application-bug",
  title: "A deployment of the API has a bug",
  row: "Application bug",
  severity: "Low",
  likelihood: "High",
  procedure: "A: rollback deployment",
  runbook: "procedure-a.md",
  notRehearsed: "the web app: its rollback is Vercel's own command, one of ours comes with deployments",
  stack: "staging",
  objective: { seconds: 600, source: "section 4.2, procedure A" },
  async run({ sandbox, happened, lost, expect, noticed, recovered }) {
    const good = await visit(sandbox, host);
    expect("the deployment before works", good.status === 200 && good.revision !== undefined, good.words);
    const { imagePrefix } = await sandbox.outputs("staging");
    // As the pipeline deploys: a new image, a new revision, all the traffic to it.
    await sandbox.pulumi("config", "set", "chisan:apiImage", `${imagePrefix}/api@sha256:${"b".repeat(64)}`, "--stack", "staging");
    await sandbox.chisan("up", "staging", "--json");
    const bad = await visit(sandbox, host);
    expect("a visitor gets the new revision", bad.revision !== undefined && bad.revision !== good.revision, bad.words);
    happened(`revision ${bad.revision} was deployed with a bug, and all visitors got it`);

    noticed();
    await sandbox.runbook("procedure-a.md", ["1.", "2."], { REVISION: good.revision ?? "" });
    const back = await visit(sandbox, host, "/api/smoke?write=1");
    recovered();
    expect("every visitor gets the revision from before the deployment", back.status === 200 && back.revision === good.revision, back.words);
    const again = JSON.parse((await sandbox.chisan("up", "staging", "--json")).stdout) as { result: string };
    const still = await visit(sandbox, host);
    expect("another `up` does not bring the bug back", again.result === "no changes" && still.revision === good.revision, `${again.result}, ${still.words}`);
    lost("nothing: what the buggy revision has written is in the database, and is not undone by a rollback");

    await sandbox.runbook("procedure-a.md", ["1.", "3."], { REVISION: good.revision ?? "" });
    const mended = await visit(sandbox, host);
    expect("with the traffic's key removed, the newest revision is served again", mended.revision === bad.revision, mended.words);
  },
};
