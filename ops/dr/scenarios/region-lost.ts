import type { Scenario } from "./scenario";
import { visit } from "./visitor";

const host = "api-staging.chisan.app";
const [seoul, tokyo] = ["asia-northeast3", "asia-northeast1"];

/** Google loses the region where the API runs. */
export const regionLost: Scenario = {
  name: "region-lost",
  title: "Google's region of the API is lost",
  row: "Cloud region outage",
  severity: "High",
  likelihood: "Very Low",
  procedure: "Multi-region failover",
  runbook: "region-lost.md",
  notRehearsed: "the same outage at Supabase, whose database is in one region: procedure C",
  stack: "staging",
  objective: { seconds: 3600, source: "section 3.3, region outage" },
  async run({ sandbox, happened, lost, expect, noticed, recovered }) {
    const before = await visit(sandbox, host);
    expect("before, a visitor is served from Seoul", before.status === 200 && before.region === seoul, before.words);
    await sandbox.control("PUT", "/regions", { [seoul]: "down" });
    try {
      const down = await visit(sandbox, host);
      expect("a visitor gets no answer", down.status >= 500, down.words);
      happened(`${seoul} (Seoul) went out of service: a visitor of ${host} got ${down.status}`);

      noticed();
      await sandbox.runbook("region-lost.md", ["1.", "2."]);
      const away = await visit(sandbox, host, "/api/smoke?write=1");
      recovered();
      expect("a visitor is served from Tokyo, and what they write is there", away.status === 200 && away.region === tokyo, away.words);
    } finally {
      await sandbox.control("PUT", "/regions", { [seoul]: "up" });
    }
    await sandbox.runbook("region-lost.md", ["3."]);
    const back = await visit(sandbox, host, "/api/smoke?write=1");
    expect("when the region is back, a visitor is served from Seoul again", back.status === 200 && back.region === seoul, back.words);
    lost("requests between the outage and the move; the database was not touched");
  },
};
