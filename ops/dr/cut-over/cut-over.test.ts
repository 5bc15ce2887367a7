import { startPostgres, type PostgresCluster } from "../../../supabase/test-support/postgres";
import { cutOver, oldSideAsSaid, type CutOverProposal, type CutOverRequest, type Reach } from "./cut-over";
import { isCutOver } from "./cut-over-setting";
import { unfence } from "./fence";
import { address, api, app, inProd, Vendors, type Fake } from "./test-support/vendors";

const gone = "postgresql://postgres:canary-of-the-kit@127.0.0.1:1/postgres?sslmode=disable";
let cluster: PostgresCluster;
beforeAll(async () => (cluster = await startPostgres()), 120_000);
afterAll(() => cluster.stop());

const alive = (password: string) => ({ database: { url: `postgresql://supabase_admin:${password}@127.0.0.1:${cluster.port}/postgres?sslmode=disable` } });

test("an old side that lives is fenced, and is not gone because somebody says so", async () => {
  expect(await oldSideAsSaid(alive(cluster.password), false)).toBe("writable");
  await expect(oldSideAsSaid(alive(cluster.password), true)).rejects.toThrow(/^CHI-H104 --old-side-gone was said, but prod's database answers, and lets itself be read: .*nothing was touched/);
});

test("a server that refuses the kit's password lives as well: others may have the new one", async () => {
  const problem: Error = await oldSideAsSaid(alive("canary-of-the-kit"), true).then(() => new Error("believed"), (error: Error) => error);
  expect(problem.message).toMatch(/^CHI-H104 .*refuses the password of the recovery kit/);
  expect(problem.message).not.toContain("canary-of-the-kit");
});

test("silence is no proof: it has to be said that nobody comes back", async () => {
  await expect(oldSideAsSaid({ database: { url: gone } }, false)).rejects.toThrow(/^CHI-H103 .*does not answer.*nothing was touched.*--old-side-gone$/);
  expect(await oldSideAsSaid({ database: { url: gone } }, true)).toBe("silent");
});

describe("on two stacks and their databases", () => {
  const canary = "canary-of-the-owner";
  const database = () => `postgresql://owner_role:${canary}@127.0.0.1:${cluster.port}/old_side?sslmode=disable`;
  let vendors: Vendors;
  let [prod, dr]: Fake[] = [];
  let proposals: CutOverProposal[];
  let said: string[];
  let killed: boolean;
  let reach: Reach;

  beforeAll(async () => {
    const superuser = await cluster.connect();
    await superuser.query(`create role owner_role login password '${canary}' in role pg_signal_backend, pg_monitor`);
    await superuser.query("create database old_side owner owner_role");
    await superuser.end();
  });
  beforeEach(async () => {
    vendors = await Vendors.start();
    const sides = [vendors.side("prod", inProd), vendors.side("chisan-dr")] as const;
    [prod, dr] = sides;
    [proposals, said, killed] = [[], [], false];
    const update = sides[1].engine.update;
    // The engine outlives the tool, which is killed meanwhile.
    sides[1].engine.update = async (...args) => {
      await update(...args);
      if (killed) throw new Error("kill -9");
    };
    reach = {
      sides: () => Promise.resolve({ prod: sides[0], dr: sides[1] }),
      kit: () => Promise.resolve({ database: { url: database() }, hosts: { app, api } }),
      drDatabase: () => Promise.resolve(`postgresql://supabase_admin:${cluster.password}@127.0.0.1:${cluster.port}/postgres?sslmode=disable`),
      failingBack: () => false,
      ask: () => {
        const stack = vendors.records.some(({ content }) => content === address["chisan-dr"]) ? "chisan-dr" : "prod";
        return Promise.resolve({ status: 200, words: "", body: { stack }, byAddress: false });
      },
    };
  });
  afterEach(async () => {
    await unfence(database(), "prod's database");
    await vendors.stop();
  });

  const request: CutOverRequest = {
    cloud: false,
    kit: undefined,
    oldSideGone: false,
    verify: () => Promise.resolve({ words: "14 checks hold", snapshotAt: "2026-11-22T18:25:00Z" }),
    agree: (proposal) => Promise.resolve(void proposals.push(proposal)),
    say: (text) => void said.push(text),
  };
  const run = (more: Partial<CutOverRequest> = {}) => cutOver({ ...request, ...more }, reach);
  const holders = () => [prod, dr].map((side) => [...(side?.has.keys() ?? [])]);
  const arrived = [app, api].map((host) => ({ host, arrived: true }));
  async function killedAtTheRecords(): Promise<void> {
    killed = true;
    await expect(run()).rejects.toThrow("kill -9");
    killed = false;
  }

  test("killed while the engine points the records: typed again it forgets, measures and reports, and asks nobody anew; then there is nothing to do", async () => {
    await killedAtTheRecords();
    expect(holders()).toEqual([Object.keys(inProd), Object.keys(inProd)]);
    expect(proposals.map(({ oldSide, prodNow }) => [oldSide, prodNow.map(({ host, arrived: is }) => [host, is])])).toEqual([["writable", [[api, true], [app, true]]]]);

    expect(await run()).toMatchObject({ result: "cut over", released: true, fence: { before: true }, measured: arrived, switchedOff: [] });
    expect(holders()).toEqual([[], Object.keys(inProd)]);
    expect(await run()).toMatchObject({ result: "nothing to do", released: true, fence: { before: true }, measured: arrived });
    expect(proposals).toHaveLength(1);
    expect([prod, dr].map((side) => isCutOver(side?.file ?? ""))).toEqual([true, true]);
  });

  test("killed, and prod's state cannot be read: that is said, the rest is done; once it can, it forgets", async () => {
    await killedAtTheRecords();
    const { engine } = (await reach.sides(false)).prod;
    const { state } = engine;
    engine.state = () => Promise.reject(new Error("CHI-H096 the bucket is gone"));
    expect(await run()).toMatchObject({ result: "nothing to do", released: undefined, measured: arrived });
    expect(said.filter((line) => /prod's state does not forget the records.*CHI-H096 the bucket is gone/.test(line))).toHaveLength(1);
    engine.state = state;
    expect(await run()).toMatchObject({ result: "cut over", released: true });
    expect(holders()[0]).toEqual([]);
  });

  test("the users are there and prod can be written: asked by name, and made read-only", async () => {
    await run();
    await unfence(database(), "prod's database");
    await expect(run({ agree: () => Promise.reject(new Error("CHI-D010 nobody confirmed")) })).rejects.toThrow("CHI-D010");
    expect(await oldSideAsSaid({ database: { url: database() } }, false)).toBe("writable");
    expect(await run()).toMatchObject({ result: "cut over", fence: { before: false } });
    expect(proposals.at(-1)).toMatchObject({ oldSide: "writable", verified: undefined });
    expect(await oldSideAsSaid({ database: { url: database() } }, false)).toBe("fenced");
  });

  test("the users are there and prod's database is silent: no failure, and no proof either; an old side that answers is not gone", async () => {
    await run();
    await expect(run({ oldSideGone: true })).rejects.toThrow(/^CHI-H104/);
    reach = { ...reach, kit: () => Promise.resolve({ database: { url: gone }, hosts: { app, api } }) };
    expect(await run()).toMatchObject({ result: "nothing to do", fence: undefined, measured: arrived });
    expect(said.join()).toContain("prod's database does not answer, so its fence was not proven again");
    expect(said.join()).not.toContain("canary");
  });

  test("a failback is filling prod: it is neither made read-only nor made to forget", async () => {
    await killedAtTheRecords();
    await unfence(database(), "prod's database");
    reach = { ...reach, failingBack: () => true };
    await expect(run()).rejects.toThrow(/^CHI-H119 .*nothing was touched: npx chisan dr failback carries on$/);
    expect([await oldSideAsSaid({ database: { url: database() } }, false), holders()[0]]).toEqual(["writable", Object.keys(inProd)]);
  });
});
