import { changeInWords, plannedChanges, strangeChanges, type PreviewStep } from "./expected-changes";

const backend = "urn:pulumi:prod::chisan::gcp:compute/backendService:BackendService::edge-backend";
const tokyo = "urn:pulumi:prod::chisan::gcp:cloudrunv2/service:Service::api-asia-northeast1";
const resources = { backend, services: { "asia-northeast1": tokyo } } as const;
const step = (urn: string, op: string, ...paths: string[]): PreviewStep => ({ urn, op, detailedDiff: Object.fromEntries(paths.map((path) => [path, { kind: "update" }])) });
const judged = (...steps: PreviewStep[]) => strangeChanges(plannedChanges(steps), resources).map(changeInWords);

test("what stays the same or is only read is no change", () => {
  expect(plannedChanges([step(backend, "same"), step("urn:x::data", "read")])).toEqual([]);
});

test("properties are named once, without what is below them and without values", () => {
  expect(plannedChanges([step(backend, "update", "backends[0].group", "backends[1]", "description")])).toEqual([
    { urn: backend, operation: "update", properties: ["backends", "description"] },
  ]);
  expect(plannedChanges([{ urn: backend, op: "update", detailedDiff: null, diffReasons: ["backends"] }])[0]?.properties).toEqual(["backends"]);
});

test("the move's own changes are expected", () => {
  expect(judged(step(backend, "update", "backends", "description", "outlierDetection"), step(tokyo, "update", "scaling.minInstanceCount"))).toEqual([]);
});

test.each([
  ["another image", step(tokyo, "update", "scaling", "template.containers[0].image"), "update api-asia-northeast1 (scaling, template)"],
  ["scaling of the backend", step(backend, "update", "scaling"), "update edge-backend (scaling)"],
  ["a replacement", step(backend, "replace", "backends"), "replace edge-backend (backends)"],
  ["a creation", step(tokyo, "create"), "create api-asia-northeast1"],
  ["an update nobody can name", step(tokyo, "update"), "update api-asia-northeast1"],
  ["another resource", step("urn:pulumi:prod::chisan::cloudflare:index/dnsRecord:DnsRecord::dns-api", "update", "content"), "update dns-api (content)"],
])("%s is not", (_what, change, words) => {
  expect(judged(step(backend, "update", "backends"), change)).toEqual([words]);
});
