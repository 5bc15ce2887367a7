/** From an instance to its database: the network of its region, the NAT, and whom the database admits. */
import { z } from "zod";
import { computeKinds, computeName } from "../../providers/models/gcp/compute-names";
import type { World } from "../../world/world";
import { settingsType } from "../management-api/operations";
import { databaseType } from "../postgres/databases";
import { BrokenHop } from "./broken-hop";
import type { Instance } from "./cloud-run";
import { isWithin } from "./security-policy";

const natType = "gcp:compute/routerNat:RouterNat";
const addonType = "supabase:api/addon";

const nats = z.object({
  project: z.string(),
  region: z.string(),
  natIps: z.array(z.string()).default([]),
  sourceSubnetworkIpRangesToNat: z.string(),
  subnetworks: z.array(z.object({ name: z.string() })).default([]),
});

/**
 * What stands between an instance and its database, which is a real server on this machine and would admit everybody.
 *
 * @param databaseUrl the instance's DATABASE_URL
 * @throws BrokenHop CHI-S270, CHI-S271
 */
export function requireWayToDatabase(world: World, instance: Instance, databaseUrl: string): void {
  const { port } = new URL(databaseUrl);
  const database = world.list(databaseType).find(({ outputs }) => String(outputs.port) === port);
  // No Supabase project has it: nothing listens there, and the connection says so.
  if (database === undefined) return;
  const sources = sourceAddresses(world, instance);
  const network = world.get(settingsType, database.id)?.outputs.network;
  const restrictions =
    typeof network === "string" ? z.object({ restrictions: z.array(z.string()) }).parse(JSON.parse(network)).restrictions : ["*"];
  const refused = sources.filter((address) => !isWithin(address, restrictions));
  if (refused.length > 0)
    throw new BrokenHop(
      "CHI-S271",
      "database",
      503,
      `the Supabase project ${database.id} admits ${restrictions.join(", ") || "nobody"}, and ${instance.region} comes from ${refused.join(", ")}: run npx chisan up for its stack`,
    );
  if (world.get(addonType, `${database.id}/ipv4`) === undefined)
    throw new BrokenHop(
      "CHI-S271",
      "database",
      503,
      `the Supabase project ${database.id} has no IPv4 add-on, and Google's NAT speaks IPv4: run npx chisan up for its stack`,
    );
}

/** The addresses that the instance's connections can come from. */
function sourceAddresses(world: World, { project, region, vpcAccess, service }: Instance): string[] {
  const refuse = (problem: string): never => {
    throw new BrokenHop(
      "CHI-S270",
      "way out",
      503,
      `${service} in ${region} ${problem}: run npx chisan up for its stack, or correct components/fixed-egress-inputs.ts`,
    );
  };
  const subnetwork = vpcAccess?.networkInterfaces[0]?.subnetwork;
  if (subnetwork === undefined || vpcAccess?.egress !== "ALL_TRAFFIC")
    return refuse("goes out by no subnetwork of its own, from addresses that nobody knows");
  const id = computeName("subnetwork", subnetwork, { project, region });
  if (world.get(computeKinds.subnetwork.type, id) === undefined) return refuse(`goes out by ${id}, which does not exist`);
  const nat = world
    .list(natType)
    .map(({ outputs }) => nats.parse(outputs))
    .filter((each) => each.project === project && each.region === region)
    .find(
      (each) =>
        each.sourceSubnetworkIpRangesToNat !== "LIST_OF_SUBNETWORKS" ||
        each.subnetworks.some(({ name }) => computeName("subnetwork", name, { project, region }) === id),
    );
  if (nat === undefined) return refuse(`goes out by ${id}, which no NAT serves`);
  const addresses = nat.natIps.map(
    (name) => world.get(computeKinds.address.type, computeName("address", name, { project, region }))?.outputs.address ?? name,
  );
  const missing = addresses.filter((address) => !/^[\d.]+$/.test(String(address)));
  if (addresses.length === 0 || missing.length > 0) return refuse(`goes out by a NAT whose addresses [${missing.join(", ")}] do not exist`);
  return addresses.map(String);
}
