import { startPostgres, type PostgresCluster } from "../../../supabase/test-support/postgres";
import { oldSideAsSaid } from "./cut-over";

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
