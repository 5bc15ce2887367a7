import { judge, unknown } from "../test-support/judge";
import { healthProbes } from "./health-probes";

const probe = (path: unknown) => ({ httpGet: { path, port: 4000 } });
const container = { startupProbe: probe("/health/ready"), livenessProbe: probe("/health/live") };
const service = (of: object, name = "chisan-prod-api") => [
  { type: "gcp:cloudrunv2/service:Service", name: "api", inputs: { name, template: { containers: [{ ports: { containerPort: 4000 }, ...of }] } } },
];
const said = async (of: object) => (await judge(healthProbes, service(of))).violations.map((text) => text.split("; fix:")[0]);

test("the document's endpoints pass", async () => {
  expect(await judge(healthProbes, service(container))).toEqual({ violations: [], undecided: [] });
});

test.each<[object, string]>([
  [{ ...container, startupProbe: probe("/health/live") }, "api: startupProbe asks /health/live; everywhere: /health/ready"],
  [{ ...container, livenessProbe: probe("/health/ready") }, "api: livenessProbe asks /health/ready; everywhere: /health/live"],
  [{ ...container, livenessProbe: undefined }, "api: livenessProbe asks no path; everywhere: /health/live"],
  [{ ...container, startupProbe: { tcpSocket: { port: 4000 } } }, "api: startupProbe asks no path; everywhere: /health/ready"],
])("%j is refused", async (of, message) => {
  expect(await said(of)).toEqual([message]);
});

test("beside a sidecar, the container that listens is asked", async () => {
  const [api] = service(container);
  const template = { containers: [{ name: "sidecar" }, { ports: { containerPort: 4000 }, ...container, livenessProbe: probe("/") }] };
  const { violations } = await judge(healthProbes, [{ ...api!, inputs: { name: "chisan-prod-api", template } }]);
  expect(violations).toEqual([expect.stringContaining("livenessProbe asks /;")]);
});

test("no container at all is refused", async () => {
  const [api] = service(container);
  expect((await judge(healthProbes, [{ ...api!, inputs: { name: "chisan-prod-api", template: {} } }])).violations[0]).toContain("the API has no container");
});

test("another service has other probes", async () => {
  expect(await judge(healthProbes, service({}, "chisan-prod-metrics-exporter"))).toEqual({ violations: [], undecided: [] });
});

test.each([{ ...container, startupProbe: probe(unknown) }, { ...container, livenessProbe: unknown }])("what is not known yet is not decided: %j", async (of) => {
  expect(await judge(healthProbes, service(of))).toEqual({ violations: [], undecided: ["health-probes api"] });
});
