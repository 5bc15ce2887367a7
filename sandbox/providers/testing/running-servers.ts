import * as fs from "node:fs/promises";
import * as os from "node:os";
import * as path from "node:path";
import { startProviderServers, type PluginName, type ProviderServers, type ProviderServersOptions } from "../index";
import { EngineClient } from "./engine-client";

/** Servers on a directory of their own, with engines that are closed with them. */
export class RunningServers {
  private readonly engines: EngineClient[] = [];

  private constructor(
    readonly directory: string,
    readonly servers: ProviderServers,
  ) {}

  static async start(options: Partial<ProviderServersOptions> = {}): Promise<RunningServers> {
    const directory = await fs.mkdtemp(path.join(os.tmpdir(), "chisan-providers-"));
    return new RunningServers(directory, await startProviderServers({ stateDirectory: directory, ...options }));
  }

  engine(plugin: PluginName, stack = "dev"): EngineClient {
    const engine = new EngineClient(this.servers.ports[plugin], stack);
    this.engines.push(engine);
    return engine;
  }

  async stop(): Promise<void> {
    for (const engine of this.engines) engine.close();
    await this.servers.stop();
    await fs.rm(this.directory, { recursive: true });
  }
}
