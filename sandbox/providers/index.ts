import * as grpc from "@grpc/grpc-js";
import { ResourceProviderService } from "@pulumi/pulumi/proto/provider_grpc_pb";
import { openWorld } from "../world/open-world";
import type { World } from "../world/world";
import { Configurations } from "./configurations";
import type { PackageRules } from "./contract";
import { Faults } from "./faults";
import { ExistingThings, type Seed } from "./models/existing-things";
import { providerService } from "./provider-service";
import { ResourceOperations } from "./resource-operations";
import { loadRules } from "./rules";
import type { SchemaPackage } from "./schema";
import type { Probes } from "./vendor-side";
import { pluginNames, pluginVersions, type PluginName } from "./versions";

export type { World, WorldEvent, WorldRecord } from "../world/world";
export type { Fault, FaultKind, Faults, Operation } from "./faults";
export type { Seed } from "./models/existing-things";
export type { Probes } from "./vendor-side";
export { pluginNames, pluginVersions, type PluginName } from "./versions";

export interface ProviderServersOptions {
  /** Where the world is kept; made (0700) when it is not there. Not needed when `world` is given. */
  stateDirectory: string;
  /** All of them unless told. */
  packages?: PluginName[];
  /** What exists at the vendors beforehand; unless told, every well-formed account, zone, project, team and organization. */
  seed?: Seed;
  /** An open world, when the caller shares it; it is then the caller's to close. */
  world?: World;
  probes?: Probes;
  /** For tests: other rules than the real ones. */
  rules?: (packageName: SchemaPackage) => PackageRules;
}

export interface ProviderServers {
  /** The port of each plugin's gRPC server on 127.0.0.1. */
  ports: Record<PluginName, number>;
  world: World;
  faults: Faults;
  /** Ends the servers, waiting a moment for calls under way, and gives the world up. */
  stop(): Promise<void>;
}

/** How long calls under way may take when the servers stop, in milliseconds. */
const patience = 2000;

/**
 * Starts one gRPC `ResourceProvider` server per plugin, all over one world.
 * @throws CHI-S013 when another process has the state directory, CHI-S011 when its file is damaged
 */
export async function startProviderServers(options: ProviderServersOptions): Promise<ProviderServers> {
  const world = options.world ?? (await openWorld(options.stateDirectory));
  const faults = new Faults();
  const rules = options.rules ?? ((packageName: SchemaPackage) => loadRules(packageName as Parameters<typeof loadRules>[0]));
  const operations = new ResourceOperations({
    world,
    faults,
    existing: new ExistingThings(options.seed),
    probes: options.probes ?? {},
    rules,
  });
  const configurations = new Configurations();
  const servers: grpc.Server[] = [];
  const stop = async (): Promise<void> => {
    await Promise.all(servers.map(shutDown));
    if (!options.world) await world.close();
  };
  const ports: Partial<Record<PluginName, number>> = {};
  try {
    for (const plugin of options.packages ?? pluginNames) {
      const server = new grpc.Server({
        "grpc.max_receive_message_length": 400 * 1024 * 1024,
        "grpc.max_send_message_length": 400 * 1024 * 1024,
      });
      servers.push(server);
      const service = providerService({ plugin, pluginVersion: pluginVersions[plugin], operations, configurations });
      server.addService(
        ResourceProviderService as unknown as grpc.ServiceDefinition,
        service as unknown as grpc.UntypedServiceImplementation,
      );
      ports[plugin] = await listen(server);
    }
  } catch (error) {
    await stop();
    throw error;
  }
  return { ports: ports as Record<PluginName, number>, world, faults, stop };
}

function listen(server: grpc.Server): Promise<number> {
  return new Promise((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, port) => (error ? reject(error) : resolve(port)));
  });
}

function shutDown(server: grpc.Server): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => {
      server.forceShutdown();
      resolve();
    }, patience);
    server.tryShutdown(() => {
      clearTimeout(timer);
      resolve();
    });
  });
}
