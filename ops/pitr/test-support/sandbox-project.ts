/** A project of the sandbox with point-in-time recovery, in this process: world, database with our schema, archive, Management API. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Client } from "pg";
import { applyMigrations } from "../../../supabase/apply";
import { readMigrations } from "../../../supabase/migrations";
import { ApiFaults } from "../../../sandbox/services/http/api-faults";
import { addonType } from "../../../sandbox/services/management-api/addons";
import { startManagementApi } from "../../../sandbox/services/management-api/management-api";
import { putProject } from "../../../sandbox/services/management-api/test-support/project";
import { Databases } from "../../../sandbox/services/postgres/databases";
import { own } from "../../../sandbox/services/postgres/owned-files";
import { Recoveries, archiveSettingsIn } from "../../../sandbox/services/postgres/recovery-service";
import { worldWithDatabases } from "../../../sandbox/services/postgres/world-with-databases";
import { memoryWorld } from "../../../sandbox/world/open-world";
import type { World } from "../../../sandbox/world/world";

export interface SandboxProject {
  readonly ref: string;
  readonly token: string;
  readonly apiUrl: string;
  readonly world: World;
  readonly faults: ApiFaults;
  readonly databaseUrl: string;
  readonly password: string;
  /** Of the database's cluster. */
  readonly directory: string;
  /** How often a recovery was accepted. */
  accepted(): number;
  sql<Row extends object>(text: string): Promise<Row[]>;
  /** A whole second, since 1970, after all that was committed and before all that comes. */
  moment(): Promise<number>;
  setPitr(on: boolean): Promise<void>;
  stop(): Promise<void>;
}

export async function startSandboxProject(): Promise<SandboxProject> {
  const ref = "abcdefghijklmnopqrst";
  const token = "sbp_canary_0123456789";
  // As `putProject` sets it: the canary of these tests.
  const password = "p".repeat(32);
  const root = mkdtempSync(join(tmpdir(), "chisan-pitr-stack-"));
  const home = { directory: join(root, "home"), templates: join(root, "templates") };
  for (const folder of [root, home.directory, home.templates]) {
    mkdirSync(folder, { recursive: true });
    own(folder);
  }
  const remembered = memoryWorld();
  const told: string[] = [];
  const notify = (text: string): void => void told.push(text);
  const databases = await Databases.open({ world: remembered, home, settingsFor: archiveSettingsIn(home), durable: false, notify });
  const world = worldWithDatabases(remembered, databases);
  const recoveries = Recoveries.open({ world, databases, notify });
  const faults = new ApiFaults();
  const api = await startManagementApi({ world, token, faults, recovery: recoveries });
  let accepted = 0;
  world.watch((event) => {
    if (event.kind === "put" && event.record.outputs.state === "accepted") accepted += 1;
  });
  await putProject(world, ref);
  const directory = join(home.directory, ref);
  const port = databases.cluster(ref)?.port;
  const databaseUrl = `postgresql://postgres:${password}@127.0.0.1:${port}/postgres?sslmode=verify-full&sslrootcert=${encodeURIComponent(join(directory, "server.crt"))}`;

  const connected = async <T>(work: (client: Client) => Promise<T>): Promise<T> => {
    const client = new Client({ connectionString: databaseUrl });
    await client.connect();
    try {
      return await work(client);
    } finally {
      await client.end();
    }
  };
  const setPitr = async (on: boolean): Promise<void> => {
    const outputs = { projectRef: ref, addonType: "pitr", variant: "pitr_7" };
    if (on) await world.put({ type: addonType, id: `${ref}/pitr`, urns: [], inputs: {}, outputs, secretPaths: [] });
    else await world.delete(addonType, `${ref}/pitr`);
    await recoveries.settled();
  };
  await connected((client) => applyMigrations(client, readMigrations()));
  await connected((client) => client.query(readFileSync(join(__dirname, "../../../supabase/seed.sql"), "utf8")));
  await setPitr(true);
  return {
    ref,
    token,
    apiUrl: api.url,
    world,
    faults,
    databaseUrl,
    password,
    directory,
    accepted: () => accepted,
    sql: async <Row extends object>(text: string) => (await connected((client) => client.query<Row>(text))).rows,
    async moment() {
      const at = Math.ceil((Date.now() + 50) / 1000);
      await sleep(at * 1000 - Date.now() + 50);
      return at;
    },
    setPitr,
    async stop() {
      await api.stop();
      await recoveries.stop();
      await world.reset();
      await databases.stop();
      rmSync(root, { recursive: true, force: true });
    },
  };
}
