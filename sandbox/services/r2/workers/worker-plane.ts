import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Readable } from "node:stream";
import type { Miniflare, MiniflareOptions } from "miniflare";
import { bucketType } from "../world-buckets";
import type { ObjectStore } from "../object-store";
import { startBindingServer, type BindingServer } from "./binding-server";
import { Crons } from "./crons";
import { guardWorkerd } from "./guarded-workerd";
import { Queues, queueType, type BatchOutcome, type DeliveredMessage } from "./queues";
import { startWorkerFront, type WorkerFront } from "./worker-front";
import { scriptType, workerOptions, type WorkerOptions } from "./worker-options";

/** `pulumi up` changes much at once: workerd is started anew once, when nothing has changed for so long. */
const quietMilliseconds = 150;

interface WorkerHandle {
  queue(name: string, messages: DeliveredMessage[]): Promise<BatchOutcome>;
  scheduled(options: { cron: string; scheduledTime: Date }): Promise<{ outcome: string }>;
}

/** The Workers of the world, in workerd. It is not started while there is none. */
export class WorkerPlane {
  readonly queues: Queues;
  readonly crons: Crons;
  private bindings: BindingServer | undefined;
  private miniflare: Miniflare | undefined;
  private running: WorkerOptions[] = [];
  private runningText = "[]";
  private readonly fronts = new Map<string, WorkerFront>();
  private readonly refused = new Map<string, string>();
  private readonly unwatch: () => void;
  private settling: Promise<void> = Promise.resolve();
  private quiet: NodeJS.Timeout | undefined;
  private dirty = false;
  private stopped = false;

  private constructor(
    private readonly store: ObjectStore,
    private readonly directory: string,
  ) {
    this.queues = new Queues(store, (script, queue, messages) => this.deliver(script, queue, messages));
    this.crons = new Crons(store, (script, cron, at) => this.runCron(script, cron, at));
    this.unwatch = store.world.watch(({ record: { type } }) => {
      if (type === scriptType || type === bucketType || type === queueType) this.changed();
      if (type.startsWith("cloudflare:index/queue")) this.queues.look();
    });
  }

  /** @param directory for Durable Objects, and what the Workers' addresses were the last time */
  static async start(store: ObjectStore, directory: string): Promise<WorkerPlane> {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    guardWorkerd(directory);
    const plane = new WorkerPlane(store, directory);
    plane.bindings = await startBindingServer(store, plane.queues);
    plane.dirty = true;
    await plane.settled();
    plane.queues.look();
    plane.crons.start();
    return plane;
  }

  /** Addresses by the script's name. */
  urls(): Record<string, string> {
    return Object.fromEntries([...this.fronts].map(([name, { url }]) => [name, url]));
  }

  /** Why a Worker does not run, by the script's name. */
  problems(): Record<string, string> {
    return Object.fromEntries(this.refused);
  }

  /** Waits until the Workers that run are those of the world. */
  async settled(): Promise<void> {
    clearTimeout(this.quiet);
    this.settling = this.settling.then(async () => {
      while (this.dirty && !this.stopped) {
        this.dirty = false;
        await this.apply();
      }
    });
    await this.settling;
  }

  /** Workers go by the sandbox's clock. Resolves when they do. */
  async clockMoved(): Promise<void> {
    this.dirty = true;
    await this.settled();
    this.queues.look();
    this.crons.look();
  }

  async stop(): Promise<void> {
    this.stopped = true;
    this.unwatch();
    clearTimeout(this.quiet);
    this.crons.stop();
    await this.settling;
    await this.queues.stop();
    for (const front of this.fronts.values()) await front.stop();
    await this.miniflare?.dispose();
    await this.bindings?.stop();
  }

  private changed(): void {
    this.dirty = true;
    clearTimeout(this.quiet);
    this.quiet = setTimeout(() => {
      this.settled().catch((error: Error) => console.error(error.message));
    }, quietMilliseconds);
  }

  private async apply(): Promise<void> {
    this.refused.clear();
    const { world, index } = this.store;
    const surroundings = { world, bindings: this.bindings as BindingServer, offsetSeconds: index.offsetSeconds };
    const wanted = workerOptions(surroundings, (script, why) => this.refused.set(script, why));
    const text = JSON.stringify(wanted);
    if (text !== this.runningText) {
      try {
        await this.restart(wanted);
        this.running = wanted;
      } catch (error) {
        // One that does not start keeps none of the others from running the next time something changes.
        this.running = [];
        for (const { name } of wanted)
          this.refused.set(
            name,
            `CHI-S237 workerd did not start (${(error as Error).message.split("\n")[0]}): correct the Worker and run \`pulumi up\``,
          );
      }
      this.runningText = text;
    }
    for (const [name, why] of this.refused) console.error(`Worker ${name} does not run: ${why}`);
    await this.align();
    this.queues.look();
  }

  private async restart(wanted: WorkerOptions[]): Promise<void> {
    if (wanted.length === 0) {
      await this.miniflare?.dispose();
      this.miniflare = undefined;
      return;
    }
    const options = {
      host: "127.0.0.1",
      port: 0,
      durableObjectsPersist: join(this.directory, "durable-objects"),
      handleRuntimeStdio: (...streams: Readable[]) => {
        for (const stream of streams) stream.on("data", (chunk: Buffer) => process.stderr.write(chunk));
      },
      workers: wanted,
    } as unknown as MiniflareOptions;
    if (this.miniflare === undefined) {
      const { Miniflare: Made } = await loadMiniflare();
      this.miniflare = new Made(options);
      await this.miniflare.ready;
    } else await this.miniflare.setOptions(options);
  }

  /** Gives each Worker an address, and takes those of the others away. */
  private async align(): Promise<void> {
    const names = this.running.filter(({ unsafeDirectSockets }) => unsafeDirectSockets !== undefined).map(({ name }) => name);
    for (const [name, front] of this.fronts) {
      if (names.includes(name)) continue;
      this.fronts.delete(name);
      await front.stop();
    }
    const before = this.rememberedPorts();
    for (const name of names) {
      if (!this.fronts.has(name)) this.fronts.set(name, await startWorkerFront(() => this.address(name), before[name]));
    }
    const ports = { ...before, ...Object.fromEntries([...this.fronts].map(([name, { url }]) => [name, Number(new URL(url).port)])) };
    writeFileSync(`${this.portsFile}.new`, JSON.stringify(ports), { mode: 0o600 });
    renameSync(`${this.portsFile}.new`, this.portsFile);
  }

  private get portsFile(): string {
    return join(this.directory, "ports.json");
  }

  private rememberedPorts(): Record<string, number> {
    try {
      return JSON.parse(readFileSync(this.portsFile, "utf8")) as Record<string, number>;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "ENOENT") return {};
      throw error;
    }
  }

  private async address(name: string): Promise<URL> {
    return (await this.live(name)).unsafeGetDirectURL(name);
  }

  /** The Miniflare that runs a Worker, once changes under way are done. */
  private async live(script: string): Promise<Miniflare> {
    if (this.dirty) await this.settled();
    else await this.settling;
    if (this.miniflare === undefined || !this.running.some(({ name }) => name === script)) {
      throw new Error(this.refused.get(script) ?? `CHI-S238 the Worker ${script} does not exist: run \`pulumi up\``);
    }
    return this.miniflare;
  }

  private async worker(script: string): Promise<WorkerHandle> {
    return (await (await this.live(script)).getWorker(script)) as unknown as WorkerHandle;
  }

  private async deliver(script: string, queue: string, messages: DeliveredMessage[]): Promise<BatchOutcome> {
    return (await this.worker(script)).queue(queue, messages);
  }

  private async runCron(script: string, cron: string, scheduledTime: Date): Promise<void> {
    const { outcome } = await (await this.worker(script)).scheduled({ cron, scheduledTime });
    if (outcome !== "ok")
      throw new Error(
        `CHI-S239 the cron trigger "${cron}" of ${script} ended with ${outcome}: see the Worker's words in the service's log`,
      );
  }
}

/** It takes half a second to load: a sandbox without Workers does not wait for it. */
async function loadMiniflare(): Promise<typeof import("miniflare")> {
  return import("miniflare");
}
