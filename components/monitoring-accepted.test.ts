import { Monitoring } from "./monitoring";
import { monitoringArgs } from "./test-support/monitoring-args";
import { recordResources } from "./test-support/mocks";
import { RunningServers } from "../sandbox/providers/testing/running-servers";
import type { Managed } from "../sandbox/providers/testing/engine-client";

/** The order in which Pulumi would make them, by their dependencies. */
const order = ["service:Service", "metricDescriptor:", "notificationChannel:", "uptimeCheckConfig:", ""];
const rank = (type: string): number => order.findIndex((part) => type.includes(part));

test("the vendors accept everything that is declared, and a second up changes nothing", async () => {
  const running = await RunningServers.start();
  try {
    const gcp = running.engine("gcp", "prod");
    for (const api of ["monitoring", "logging", "billingbudgets"]) {
      const service = { project: monitoringArgs.project, service: `${api}.googleapis.com`, disableOnDestroy: false };
      await gcp.create("gcp:projects/service:Service", api, service);
    }
    const declared = (await recordResources(() => new Monitoring("monitoring", monitoringArgs))).filter(({ custom, type }) => custom && !type.startsWith("pulumi:"));
    const made: { name: string; managed: Managed; inputs: never }[] = [];
    for (const { type, name, inputs } of [...declared].sort((one, other) => rank(one.type) - rank(other.type))) {
      // What the mocks called ids, with what the vendors called them.
      const placed = made.reduce(
        (text, { name: of, managed }) =>
          text
            .replaceAll(`"${of}_id"`, JSON.stringify(managed.id))
            .replaceAll(`${of}-check\\"`, `${String(managed.outputs.uptimeCheckId)}\\"`),
        JSON.stringify(inputs),
      );
      const given = JSON.parse(placed) as never;
      made.push({ name, managed: await gcp.create(type, name, given), inputs: given });
    }
    expect(made).toHaveLength(declared.length);
    for (const { name, managed, inputs } of made) expect([name, await gcp.isSettled(managed, inputs)]).toEqual([name, true]);
  } finally {
    await running.stop();
  }
});
