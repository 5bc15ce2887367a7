import { existsSync, mkdirSync, readdirSync } from "node:fs";
import { type Server, createServer } from "node:net";
import { join } from "node:path";
import { Client } from "pg";
import { memoryWorld } from "../../world/open-world";
import type { World } from "../../world/world";
import { projectType } from "../management-api/operations";
import { putProject } from "../management-api/test-support/project";
import { databaseType, Databases, type DatabasesOptions } from "./databases";
import { own } from "./owned-files";
import type { Settings } from "./settings";
import { temporaryHome } from "./test-support/temporary-home";
import { worldWithDatabases } from "./world-with-databases";

const home = temporaryHome();
afterAll(() => home.remove());

const ref = "abcdefghijklmnopqrst";
const other = "zyxwvutsrqponmlkjihg";
/** As `putProject` has it. */
const password = "p".repeat(32);

let remembered: World;
let world: World;
let databases: Databases;
let notices: string[];
const opened: Databases[] = [];

async function open(change: Partial<DatabasesOptions> = {}): Promise<Databases> {
  databases = await Databases.open({ world: remembered, home, durable: false, notify: (text) => notices.push(text), ...change });
  opened.push(databases);
  world = worldWithDatabases(remembered, databases);
  return databases;
}

beforeEach(async () => {
  notices = [];
  remembered = memoryWorld();
  await open();
});
afterEach(async () => {
  await Promise.all(opened.splice(0).map((each) => each.stop()));
  expect(notices.filter((text) => text.includes(password))).toEqual([]);
});

const status = (of = ref) => databases.list().find((each) => each.ref === of);

async function connected(secret = password, of = ref): Promise<Client> {
  const [host, port] = (databases.address(of) ?? "").split(":");
  const client = new Client({ host, port: Number(port), user: "postgres", password: secret, database: "postgres", ssl: { rejectUnauthorized: false } });
  client.on("error", () => undefined);
  await client.connect();
  return client;
}

async function query(text: string): Promise<unknown[]> {
  const client = await connected();
  try {
    return (await client.query(text)).rows;
  } finally {
    await client.end();
  }
}

/** A process of ours that has ended is there until Node has heard of it. */
function isGone(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return false;
  } catch (error) {
    expect((error as NodeJS.ErrnoException).code).toBe("ESRCH");
    return true;
  }
}

async function until(condition: () => boolean): Promise<void> {
  for (let attempt = 0; !condition(); attempt += 1) {
    if (attempt === 1500) throw new Error("still not so after half a minute");
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

test("who has made a project can connect; who has destroyed it leaves no server, no file and no address", async () => {
  expect([databases.list(), databases.address(ref), databases.cluster(ref)]).toEqual([[], undefined, undefined]);
  await putProject(world, ref);
  expect(await query("select current_user::text as name")).toEqual([{ name: "postgres" }]);
  expect(status()).toEqual({
    ref,
    name: `project-${ref}`,
    host: "127.0.0.1",
    port: databases.cluster(ref)?.port,
    pid: databases.cluster(ref)?.postmaster()?.pid,
    dataDirectory: join(home.directory, ref, "data"),
    problem: null,
  });
  const pid = status()?.pid as number;
  await world.apply([{ delete: { type: projectType, id: ref } }]);
  await until(() => isGone(pid));
  expect([databases.list(), databases.address(ref), readdirSync(home.directory), remembered.list(databaseType)]).toEqual([[], undefined, [], []]);
});

test("projects have a server each; a reset ends all of them", async () => {
  await Promise.all([putProject(world, ref), putProject(world, other)]);
  expect(new Set(databases.list().map(({ port }) => port)).size).toBe(2);
  const pids = databases.list().map(({ pid }) => pid as number);
  await world.reset();
  for (const pid of pids) await until(() => isGone(pid));
  expect(readdirSync(home.directory)).toEqual([]);
});

test("a changed password is the role's when the change is answered; any other change of the project leaves the server alone", async () => {
  await putProject(world, ref);
  const pid = status()?.pid;
  await putProject(world, ref, "large");
  const project = world.get(projectType, ref)!;
  await world.put({ ...project, outputs: { ...project.outputs, databasePassword: "another-password" } });
  await expect(connected()).rejects.toThrow("password authentication failed");
  await (await connected("another-password")).end();
  expect(status()?.pid).toBe(pid);
});

test("a server that is killed comes back by itself, with its data", async () => {
  await putProject(world, ref);
  await query("create table kept as select 7 as value");
  const pid = status()?.pid as number;
  process.kill(pid, "SIGKILL");
  await until(() => notices.length === 2);
  expect(notices).toEqual([`the database server of ${ref} has ended: starting it again`, `the database server of ${ref} runs again`]);
  expect(status()?.pid).not.toBe(pid);
  expect(await query("select value from kept")).toEqual([{ value: 7 }]);
});

describe("the next start", () => {
  beforeEach(async () => {
    await putProject(world, ref);
    await query("create table kept as select 7 as value");
  });

  test("after a clean stop: the same port, the same data", async () => {
    const before = status();
    await databases.stop();
    expect(status()?.pid).toBeNull();
    await open();
    expect(status()).toEqual({ ...before, pid: expect.any(Number) as number });
    expect(await query("select value from kept")).toEqual([{ value: 7 }]);
  });

  test("after the service was killed: the server that it left is taken over, its sessions too", async () => {
    const session = await connected();
    const before = status();
    await open();
    expect(status()).toEqual(before);
    expect((await session.query("select value from kept")).rows).toEqual([{ value: 7 }]);
    await session.end();
  });

  test("after the service was killed while a password or a project was changing", async () => {
    const project = remembered.get(projectType, ref)!;
    await remembered.put({ ...project, outputs: { ...project.outputs, databasePassword: "another-password" } });
    await putProject(remembered, other);
    await open();
    await (await connected("another-password")).end();
    await (await connected(password, other)).end();
    await remembered.delete(projectType, other);
    const pid = status(other)?.pid as number;
    await open();
    await until(() => isGone(pid));
    expect(readdirSync(home.directory)).toEqual([ref]);
  });

  test("what a kill left half made or half removed is cleared away, and nothing else", async () => {
    for (const name of [`${other}.draft`, `${other}.removed`]) {
      mkdirSync(join(home.directory, name, "data"), { recursive: true });
      own(join(home.directory, name));
    }
    await open();
    expect(readdirSync(home.directory)).toEqual([ref]);
    expect(await query("select value from kept")).toEqual([{ value: 7 }]);
  });

  describe("with another program on its port", () => {
    let squatter: Server;
    beforeEach(async () => {
      await putProject(world, other);
      await databases.stop();
      squatter = createServer();
      await new Promise<void>((resolve) => squatter.listen(status()?.port, "127.0.0.1", resolve));
    });
    afterEach(() => new Promise((resolve) => squatter.close(resolve)));

    test("says so and hinders no other database; runs once the port is free", async () => {
      await open();
      expect(status()).toMatchObject({ pid: null, problem: expect.stringMatching(new RegExp(`^CHI-S201 port ${status()?.port} `)) as string });
      expect(status(other)).toMatchObject({ pid: expect.any(Number) as number, problem: null });
      await expect(putProject(world, ref)).rejects.toThrow("CHI-S201");
      await new Promise((resolve) => squatter.close(resolve));
      await until(() => status()?.pid !== null && status()?.problem === null);
      expect(await query("select value from kept")).toEqual([{ value: 7 }]);
    });
  });
});

test("work on a database has it to itself; afterwards it runs, whatever the work did", async () => {
  await putProject(world, ref);
  const order: string[] = [];
  const work = databases.change(ref, async (cluster) => {
    await cluster.stop();
    // Longer than the watchdog takes to notice.
    await new Promise((resolve) => setTimeout(resolve, 1000));
    order.push(cluster.isRunning() ? "disturbed" : "alone");
    throw new Error("the work failed");
  });
  const after = databases.settle([ref]).then(() => order.push("settled"));
  await expect(work).rejects.toThrow("the work failed");
  await after;
  expect(order).toEqual(["alone", "settled"]);
  expect(await query("select 1 as one")).toEqual([{ one: 1 }]);
  expect(notices).toEqual([]);
  await expect(databases.change(other, async () => undefined)).rejects.toThrow(/^CHI-S209/);
});

test("a project has the settings that the caller gives for it", async () => {
  await open({ settingsFor: (of): Settings => (of === ref ? { work_mem: "7MB" } : {}) });
  await putProject(world, ref);
  expect(await query("show work_mem")).toEqual([{ work_mem: "7MB" }]);
});

test("nothing is started once it stops", async () => {
  await putProject(world, ref);
  await databases.stop();
  await expect(databases.settle([ref])).rejects.toThrow("CHI-S014");
  expect(existsSync(join(home.directory, ref))).toBe(true);
  expect(status()?.pid).toBeNull();
  await open();
});
