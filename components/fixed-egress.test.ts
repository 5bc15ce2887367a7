import { gcpRegions } from "../config/allowed-values";
import { parseCidr } from "../config/cidr";
import { environmentSlug, stackNames } from "../config/naming";
import { FixedEgress } from "./fixed-egress";
import {
  type FixedEgressArgs,
  addressInputs,
  addressesPerRegion,
  checkFixedEgress,
  egressName,
  portsPerInstance,
  subnetworkRanges,
} from "./fixed-egress-inputs";
import { ProjectServices } from "./project-services";
import { type RecordedResource, names, ofType, only, promiseOf, recordResources } from "./test-support/mocks";
import { refusals } from "./test-support/vendor-rules";

const type = {
  network: "gcp:compute/network:Network",
  subnetwork: "gcp:compute/subnetwork:Subnetwork",
  router: "gcp:compute/router:Router",
  address: "gcp:compute/address:Address",
  nat: "gcp:compute/routerNat:RouterNat",
};
const args: FixedEgressArgs = { slug: "prod", project: "chisan-prod", regions: ["asia-northeast3", "asia-northeast1"], protect: true };
const link = (place: string) => `https://www.googleapis.com/compute/v1/projects/chisan-prod/regions/${place}`;

async function recorded(change: Partial<FixedEgressArgs> = {}): Promise<{ egress: FixedEgress; resources: RecordedResource[] }> {
  const built: FixedEgress[] = [];
  const resources = await recordResources(() => built.push(new FixedEgress("prod-egress", { ...args, ...change })));
  return { egress: built[0] as FixedEgress, resources };
}

test("one network, and in each region a subnetwork, a router, two addresses and a NAT: nothing else, no firewall rule, no route", async () => {
  const { resources } = await recorded();
  const regional = (region: string): string[] => [
    `${type.address} prod-egress-address-${region}-1`,
    `${type.address} prod-egress-address-${region}-2`,
    `${type.nat} prod-egress-nat-${region}`,
    `${type.router} prod-egress-router-${region}`,
    `${type.subnetwork} prod-egress-subnetwork-${region}`,
  ];
  expect(names(resources)).toEqual(
    [
      "chisan:infrastructure:FixedEgress prod-egress",
      `${type.network} prod-egress-network`,
      ...regional("asia-northeast3"),
      ...regional("asia-northeast1"),
    ].sort(),
  );
  for (const child of resources.filter(({ custom }) => custom)) expect(child.parent).toBe("prod-egress");
  expect(refusals(resources)).toEqual([]);
});

test("the network has no subnetworks that nobody declared", async () => {
  const { resources } = await recorded();
  expect(only(resources, type.network).inputs).toEqual({
    project: "chisan-prod",
    name: "chisan-prod-egress",
    description: "Way out to the Internet (prod)",
    autoCreateSubnetworks: false,
    routingMode: "REGIONAL",
  });
});

test("subnetworks have the same name in every region, a range of their own, and reach Google's services without the NAT", async () => {
  const { resources, egress } = await recorded();
  const common = { project: "chisan-prod", name: "chisan-prod-egress", network: "prod-egress-network_id", privateIpGoogleAccess: true };
  expect(ofType(resources, type.subnetwork).map(({ inputs }) => inputs)).toEqual([
    { ...common, region: "asia-northeast3", ipCidrRange: "10.8.0.0/24" },
    { ...common, region: "asia-northeast1", ipCidrRange: "10.8.2.0/24" },
  ]);
  expect([egress.network, egress.subnetwork]).toEqual(["chisan-prod-egress", "chisan-prod-egress"]);
});

test("the NAT uses exactly the reserved addresses, for exactly its region's subnetwork, and logs errors only", async () => {
  const { resources } = await recorded();
  for (const region of args.regions) {
    expect(only(resources, type.router, `prod-egress-router-${region}`).inputs).toEqual({
      project: "chisan-prod",
      region,
      name: "chisan-prod-egress",
      network: "prod-egress-network_id",
    });
    expect(only(resources, type.nat, `prod-egress-nat-${region}`).inputs).toEqual({
      project: "chisan-prod",
      region,
      name: "chisan-prod-egress",
      router: "chisan-prod-egress",
      natIpAllocateOption: "MANUAL_ONLY",
      natIps: [link(`${region}/addresses/chisan-prod-egress-1`), link(`${region}/addresses/chisan-prod-egress-2`)],
      sourceSubnetworkIpRangesToNat: "LIST_OF_SUBNETWORKS",
      subnetworks: [{ name: link(`${region}/subnetworks/chisan-prod-egress`), sourceIpRangesToNats: ["PRIMARY_IP_RANGE"] }],
      enableDynamicPortAllocation: false,
      minPortsPerVm: 512,
      logConfig: { enable: true, filter: "ERRORS_ONLY" },
    });
  }
});

test("the addresses are external, and protected where the environment is", async () => {
  const { resources } = await recorded();
  const [first] = ofType(resources, type.address);
  expect(first?.inputs).toEqual({
    project: "chisan-prod",
    region: "asia-northeast3",
    name: "chisan-prod-egress-1",
    description: "Admitted by the database of prod: a change locks the API out until the network restrictions follow",
    addressType: "EXTERNAL",
    labels: { environment: "prod" },
  });
  for (const address of ofType(resources, type.address)) expect(address.protect).toBe(true);
  expect((await recorded({ protect: false })).resources.filter(({ protect }) => protect)).toEqual([]);
});

test("all addresses of all regions are given out for the database's restrictions, each once, and a gateway for each region", async () => {
  const { egress } = await recorded();
  const addresses = await Promise.all(egress.egressAddresses.map(promiseOf));
  expect(addresses).toHaveLength(args.regions.length * addressesPerRegion);
  expect(new Set(addresses).size).toBe(addresses.length);
  expect(Object.keys(egress.gateways)).toEqual(["asia-northeast3", "asia-northeast1"]);
});

test("a region that comes or goes changes nothing in another", async () => {
  const inputsIn = ({ resources }: { resources: RecordedResource[] }, region: string) =>
    resources.filter(({ name }) => name.includes(region)).map(({ name, inputs }) => [name, inputs]);
  const alone = await recorded({ regions: ["asia-northeast1"] });
  expect(inputsIn(alone, "asia-northeast1")).toEqual(inputsIn(await recorded(), "asia-northeast1"));
  expect(inputsIn(alone, "asia-northeast3")).toEqual([]);
});

test("every region has a private range, none overlaps another", () => {
  const ranges = gcpRegions.map((region) => {
    const range = parseCidr(subnetworkRanges[region]);
    if (range === undefined) throw new Error(`no range: ${subnetworkRanges[region]}`);
    return { first: range.first, last: range.first + (1n << BigInt(32 - range.prefix)) - 1n, prefix: range.prefix };
  });
  for (const [index, range] of ranges.entries()) {
    expect(range.first >> 24n).toBe(10n);
    // Cloud Run needs a /26 at least.
    expect(range.prefix).toBeLessThanOrEqual(26);
    for (const other of ranges.slice(index + 1)) expect(range.last < other.first || other.last < range.first).toBe(true);
  }
});

test("the addresses have a port range for every instance that the subnetwork can hold", () => {
  // Google keeps four addresses of each subnetwork; a NAT address has 65,536 ports without the first 1,024.
  for (const range of Object.values(subnetworkRanges)) {
    const instances = 2 ** (32 - Number(range.split("/")[1])) - 4;
    expect(addressesPerRegion * 64_512).toBeGreaterThanOrEqual(instances * portsPerInstance);
  }
});

test("everything waits for the APIs, and the first preview shows every resource", async () => {
  const build = () => {
    const services = new ProjectServices("prod-apis", { project: "chisan-prod" });
    new FixedEgress("prod-egress", args, { dependsOn: services });
  };
  const resources = await recordResources(build);
  for (const resource of [only(resources, type.network), ...ofType(resources, type.address)]) {
    expect(resource.dependencies).toContain("prod-apis-compute");
  }
  expect(only(resources, type.nat, "prod-egress-nat-asia-northeast1").dependencies).toEqual([
    "prod-egress-address-asia-northeast1-1",
    "prod-egress-address-asia-northeast1-2",
    "prod-egress-router-asia-northeast1",
    "prod-egress-subnetwork-asia-northeast1",
  ]);
  expect(names(await recordResources(build, { preview: true }))).toEqual(names(resources));
});

test.each([[[]], [["asia-northeast3", "asia-northeast3"]]] as FixedEgressArgs["regions"][][])("CHI-C801 for the regions %j", (regions) => {
  expect(() => checkFixedEgress({ regions })).toThrow(/^CHI-C801 [^\n]+$/);
});

test.each(stackNames.map(environmentSlug))("the names fit in %s (63 characters, lower case)", (slug) => {
  for (const name of [egressName(slug), addressInputs({ ...args, slug }, "asia-northeast3", 99).name]) {
    expect(name).toMatch(/^[a-z](?:[a-z0-9-]{0,61}[a-z0-9])$/);
  }
});
