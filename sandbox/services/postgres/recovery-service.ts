/** Point-in-time recovery of the sandbox's projects: their archives and recoveries follow what the Management API wrote into the world. */
import { join } from "node:path";
import { setImmediate as nextTurn } from "node:timers/promises";
import type { World, WorldRecord } from "../../world/world";
import { addonType } from "../management-api/addons";
import { recoveryType } from "../management-api/backups";
import { projectType } from "../management-api/operations";
import { Archive, type RecoveryWindow } from "./archive";
import { Cluster } from "./cluster";
import type { Databases } from "./databases";
import type { DatabasesHome } from "./home";
import { RecoveryFailed, discardBefore, mendSwap, recover } from "./recovery";
import type { Settings } from "./settings";

/** How often base backups are renewed, old ones removed, and what failed is tried again, milliseconds. */
const upkeepInterval = 60_000;

export interface RecoveriesOptions {
  readonly world: World;
  readonly databases: Pick<Databases, "change" | "cluster">;
  /** Told of what nobody asked for. */
  readonly notify: (text: string) => void;
}

/** For `DatabasesOptions.settingsFor`: mends what a kill left of a recovery and gives the settings with which WAL can be archived. */
export function archiveSettingsIn(home: DatabasesHome): (ref: string) => Settings {
  return (ref) => {
    const cluster = new Cluster({ directory: join(home.directory, ref), port: 0 });
    mendSwap(cluster);
    return new Archive(cluster).settings();
  };
}

/** Per project one thing at a time, whatever changes meanwhile. */
export class Recoveries {
  private readonly lines = new Map<string, Promise<void>>();
  private readonly unwatch: () => void;
  private readonly upkeep: NodeJS.Timeout;
  private stopped = false;

  private constructor(private readonly options: RecoveriesOptions) {
    this.unwatch = options.world.watch((event) => {
      const { type, outputs } = event.record;
      if (type === addonType || type === recoveryType) void this.follow(String(outputs.projectRef));
    });
    this.upkeep = setInterval(() => this.followAll(), upkeepInterval);
    this.upkeep.unref();
  }

  /** Carries on with recoveries that were interrupted; does not wait for them. Open it after the databases. */
  static open(options: RecoveriesOptions): Recoveries {
    const recoveries = new Recoveries(options);
    recoveries.followAll();
    return recoveries;
  }

  /** What can be recovered, in whole seconds since 1970; undefined while there is nothing. */
  window(ref: string, days: number, now: number): RecoveryWindow | undefined {
    const cluster = this.options.databases.cluster(ref);
    return cluster && new Archive(cluster).window(days, now);
  }

  /** Whether the project's server runs. */
  reachable(ref: string): boolean {
    return this.options.databases.cluster(ref)?.isRunning() === true;
  }

  /** Resolves when all that the world asks for now has been done. */
  async settled(): Promise<void> {
    this.followAll();
    await Promise.all(this.lines.values());
  }

  /** Waits for what is under way. Before the databases stop. */
  async stop(): Promise<void> {
    this.stopped = true;
    clearInterval(this.upkeep);
    this.unwatch();
    await Promise.all(this.lines.values());
  }

  private followAll(): void {
    for (const { id } of this.options.world.list(projectType)) void this.follow(id);
  }

  private follow(ref: string): Promise<void> {
    const work = (): Promise<void> => this.bring(ref).catch((error: Error) => this.options.notify(error.message));
    // In a turn of its own: a change made while the world still tells of the last one would wait for ever (open-world.ts, `change`).
    const line = (this.lines.get(ref) ?? Promise.resolve()).then(() => nextTurn()).then(() => (this.stopped ? undefined : work()));
    this.lines.set(ref, line);
    return line;
  }

  private async bring(ref: string): Promise<void> {
    const { world, databases } = this.options;
    if (world.get(projectType, ref) === undefined || databases.cluster(ref) === undefined) return;
    const asked = world.get(recoveryType, ref);
    if (asked !== undefined && isUnderWay(asked)) await this.recover(asked);
    const variant = world.get(addonType, `${ref}/pitr`)?.outputs.variant;
    await databases.change(ref, async (cluster) => {
      discardBefore(cluster);
      const archive = new Archive(cluster);
      if (typeof variant !== "string") return archive.disable();
      await archive.enable();
      await archive.wakeTimer();
      const now = Date.now();
      if (archive.isBaseBackupDue(now)) await archive.takeBaseBackup();
      await archive.prune(Number(variant.slice("pitr_".length)), now);
    });
  }

  private async recover(asked: WorldRecord): Promise<void> {
    const { world, databases, notify } = this.options;
    const ref = asked.id;
    const note = async (change: Record<string, string>): Promise<void> => void (await world.put({ ...asked, outputs: { ...asked.outputs, ...change } }));
    await note({ state: "restoring" });
    await databases.change(ref, async (cluster) => {
      const reapply = async (): Promise<void> => cluster.setOwnerPassword(String(world.get(projectType, ref)?.outputs.databasePassword));
      try {
        await recover(cluster, Number(asked.outputs.targetUnix) * 1000, { reapply, succeeded: () => note({ state: "done" }), notify });
      } catch (error) {
        if (!(error instanceof RecoveryFailed)) throw error;
        notify(`${ref}: ${error.message}`);
        await note({ state: error.message.startsWith("CHI-A103") ? "lost" : "failed", reason: error.message });
      }
    });
  }
}

function isUnderWay({ outputs }: WorldRecord): boolean {
  return outputs.state === "accepted" || outputs.state === "restoring";
}
