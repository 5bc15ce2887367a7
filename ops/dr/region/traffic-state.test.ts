import { trafficResources, type StateResource } from "./traffic-state";

const group = (region: string) => ({ group: `projects/p/regions/${region}/networkEndpointGroups/chisan-prod-api` });
const backend = (...regions: string[]): StateResource => ({
  urn: "urn:backend", type: "gcp:compute/backendService:BackendService", inputs: { name: "chisan-prod-api", backends: regions.map(group) },
});
const service = (location: string, name = "chisan-prod-api"): StateResource => ({
  urn: `urn:${name}:${location}`, type: "gcp:cloudrunv2/service:Service", inputs: { name, location },
});
const find = (...resources: StateResource[]) => trafficResources("prod", "chisan-prod-api", { deployment: { resources } });

test("the backend, the regions that it sends to, and the API's services; nobody else's", () => {
  const other = { ...backend("asia-northeast2"), urn: "urn:other", inputs: { name: "another" } };
  expect(find(other, service("asia-northeast3"), service("asia-northeast1"), service("asia-northeast1", "chisan-prod-exporter"), backend("asia-northeast3"))).toEqual({
    backend: "urn:backend",
    active: ["asia-northeast3"],
    services: { "asia-northeast3": "urn:chisan-prod-api:asia-northeast3", "asia-northeast1": "urn:chisan-prod-api:asia-northeast1" },
  });
  expect(find(backend("asia-northeast3", "asia-northeast1")).active).toEqual(["asia-northeast3", "asia-northeast1"]);
});

test("an environment that is not up has nothing to move", () => {
  expect(() => find(service("asia-northeast3"))).toThrow(/^CHI-D005 prod has no load balancer .*: npx chisan up prod$/);
  expect(() => trafficResources("prod", "chisan-prod-api", {})).toThrow("CHI-D005");
});
