/** The databases of a sandbox: a cluster for each Supabase project that the world has, and none else. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { findPostgres } from "../../../supabase/postgres-binaries";
import type { World, WorldRecord } from "../../world/world";
import { projectType } from "../management-api/operations";
import { Cluster } from "./cluster";
import { createCluster } from "./create-cluster";
import { freePort } from "./free-port";
import { clusterFolders, type DatabasesHome } from "./home";
import type { Settings } from "./settings";

/** Auxiliary: where a project's database listens. ID: the project's ref. `outputs`: projectRef, port. */
export const databaseType = "supabase:api/database";

export interface DatabasesOptions {
  readonly world: World;
  readonly home: DatabasesHome;
  /** Server settings of a project's database over the usual ones; asked before each start. */
  readonly settingsFor?: (ref: string) => Settings;
  /** False switches off what only matters when the machine fails: for tests. */
  readonly durable?: boolean;
  /** Told of what nobody asked for: a server that was restarted, data that are gone. */
  readonly notify: (text: string) => void;
}

/** What is told of a database. */
export interface DatabaseStatus {
  readonly ref: string;
  /** The project's: `chisan-staging`. */
  readonly name: string;
  readonly host: "127.0.0.1";
  readonly port: number;
  /** Null when no server runs. */
  readonly pid: number | null;
  readonly dataDirectory: string;
  /** Why it does not run; null when it does. */
  readonly problem: string | null;
}

/** How often is looked whether every server runs, milliseconds. The vendor's own supervisor is as quick. */
const watchInterval = 250;
/** How long `open` waits for the servers, milliseconds: who starts the sandbox waits a minute at most. */
const patience = 20_000;
/** After a restart that failed, milliseconds. */
const retryInterval = 3000;

/**
 * What is done to one database is done one after the other, and follows from the world: `settle` makes it so. A server that ended by
 * itself, or was killed, is started again within a second.
 */
export class Databases {
  private readonly clusters = new Map<string, Cluster>();
  private readonly lines = new Map<string, Promise<unknown>>();
  private readonly busy = new Map<string, number>();
  private readonly problems = new Map<string, { readonly message: string; readonly at: number }>();
  private readonly watch: NodeJS.Timeout;
  private stopped = false;

  private constructor(private readonly options: DatabasesOptions) {
    this.watch = setInterval(() => this.look(), watchInterval);
    this.watch.unref();
  }

  /**
   * Starts the database of every project, taking over servers that a killed process left, and removes what belongs to none. One that
   * cannot be started hinders nobody: `list` tells why, and it is tried again and again.
   */
  static async open(options: DatabasesOptions): Promise<Databases> {
    const databases = new Databases(options);
    const { world, home } = options;
    const kept = new Set(world.list(projectType).map(({ id }) => id));
    const stray = clusterFolders(home.directory).filter((name) => !kept.has(name));
    await Promise.all(stray.map((name) => new Cluster({ directory: join(home.directory, name), port: 0 }).remove()));
    const settled = Promise.allSettled([...kept].map((ref) => databases.settle([ref])));
    // A recovery that takes longer goes on by itself.
    await Promise.race([settled, sleep(patience, undefined, { ref: false })]);
    return databases;
  }

  /** The cluster of a project, running or not; undefined when there is no such project. */
  cluster(ref: string): Cluster | undefined {
    return this.clusters.get(ref);
  }

  /** Of every project, in the order of the world. */
  list(): DatabaseStatus[] {
    return this.options.world.list(databaseType).map((record) => {
      const cluster = this.clusters.get(record.id);
      const directory = join(this.options.home.directory, record.id);
      return {
        ref: record.id,
        name: String(this.options.world.get(projectType, record.id)?.outputs.name ?? ""),
        host: "127.0.0.1",
        port: Number(record.outputs.port),
        pid: cluster?.postmaster()?.pid ?? null,
        dataDirectory: cluster?.dataDirectory ?? join(directory, "data"),
        problem: this.problems.get(record.id)?.message ?? null,
      };
    });
  }

  /** Host and port of a project's database, as the Management API answers it; undefined when there is none. */
  address(ref: string): string | undefined {
    const record = this.options.world.get(databaseType, ref);
    return record && `127.0.0.1:${String(record.outputs.port)}`;
  }

  /**
   * Makes the databases of these projects what the world says: there and running with the project's password, or gone.
   *
   * @throws what `createCluster` and `Cluster.start` throw
   */
  async settle(refs: readonly string[]): Promise<void> {
    await Promise.all(refs.map((ref) => this.inLine(ref, () => this.bring(ref))));
  }

  /**
   * Work on one database during which nothing else touches it, the watchdog included: the work may stop its server and replace its files.
   * Afterwards the server runs, with the project's password, whatever the work has left.
   *
   * @throws CHI-S209 when there is no such project
   */
  async change<T>(ref: string, work: (cluster: Cluster) => Promise<T>): Promise<T> {
    return this.inLine(ref, async () => {
      const cluster = this.clusters.get(ref);
      if (cluster === undefined) throw new Error(`CHI-S209 the project ${ref} has no database: npx chisan sandbox status`);
      try {
        return await work(cluster);
      } finally {
        await this.bring(ref);
      }
    });
  }

  /** Stops every server cleanly. What is under way comes first. */
  async stop(): Promise<void> {
    this.stopped = true;
    clearInterval(this.watch);
    await Promise.allSettled(this.lines.values());
    await Promise.all([...this.clusters.values()].map((cluster) => cluster.stop()));
  }

  private async bring(ref: string): Promise<void> {
    if (this.stopped) throw new Error("CHI-S014 the sandbox is stopping: start it again with `npx chisan sandbox start`");
    const project = this.options.world.get(projectType, ref);
    try {
      if (project === undefined) await this.drop(ref);
      else await this.run(project);
      this.problems.delete(ref);
    } catch (error) {
      this.problems.set(ref, { message: error instanceof Error ? error.message : String(error), at: Date.now() });
      throw error;
    }
  }

  private async run(project: WorldRecord): Promise<void> {
    const password = String(project.outputs.databasePassword);
    const cluster = this.clusters.get(project.id) ?? (await this.find(project.id, password));
    this.clusters.set(project.id, cluster);
    cluster.settings = this.options.settingsFor?.(project.id) ?? {};
    await cluster.start();
    if (!cluster.hasOwnerPassword(password)) await cluster.setOwnerPassword(password);
  }

  private async find(ref: string, password: string): Promise<Cluster> {
    const { world, home, durable } = this.options;
    const directory = join(home.directory, ref);
    const known = world.get(databaseType, ref);
    const port = known === undefined ? await freePort() : Number(known.outputs.port);
    const options = { directory, port, durable, binaries: findPostgres() };
    if (existsSync(directory) && known !== undefined) return new Cluster(options);
    await new Cluster(options).remove();
    if (known !== undefined) this.options.notify(`there are no files of the database of ${ref}: it begins empty`);
    else await world.put({ type: databaseType, id: ref, urns: [], inputs: {}, outputs: { projectRef: ref, port }, secretPaths: [] });
    return createCluster({ ...options, password, templates: home.templates });
  }

  private async drop(ref: string): Promise<void> {
    const { world, home } = this.options;
    await new Cluster({ directory: join(home.directory, ref), port: 0 }).remove();
    this.clusters.delete(ref);
    await world.delete(databaseType, ref);
  }

  private async inLine<T>(ref: string, work: () => Promise<T>): Promise<T> {
    const before = this.lines.get(ref) ?? Promise.resolve();
    this.busy.set(ref, (this.busy.get(ref) ?? 0) + 1);
    // What failed before has been told to who asked for it.
    const done = before.then(work, work).finally(() => this.busy.set(ref, (this.busy.get(ref) ?? 1) - 1));
    this.lines.set(ref, done.catch(() => undefined));
    return done;
  }

  private look(): void {
    for (const [ref, cluster] of this.clusters) {
      if ((this.busy.get(ref) ?? 0) > 0 || cluster.isRunning()) continue;
      const problem = this.problems.get(ref);
      if (problem !== undefined && Date.now() - problem.at < retryInterval) continue;
      if (problem === undefined) this.options.notify(`the database server of ${ref} has ended: starting it again`);
      this.settle([ref]).then(
        () => this.options.notify(`the database server of ${ref} runs again`),
        (error: Error) => this.options.notify(error.message),
      );
    }
  }
}
