import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sandboxPaths } from "../../../sandbox/control/paths";
import { startOf } from "../../../sandbox/world/process-start";
import { diskSpace, freePort, sandboxService, sandboxState } from "./machine";
import { committedFiles, gitSettings, nodeVersion, postgresClient } from "./programs";

const folder = mkdtempSync(join(tmpdir(), "chisan-doctor-"));
afterAll(() => rmSync(folder, { recursive: true }));

test.each([["20.19.0", true], ["20.20.2", true], ["20.18.3", false], ["22.4.0", false], ["18.20.0", false]])("Node %s: %s", (version, ok) => {
  expect(nodeVersion(version)).toMatchObject({ ok, ...(ok ? {} : { fix: "nvm install 20 && nvm use 20" }) });
});

test("a stack's file that is not committed is told, with what to do", async () => {
  const clone = join(folder, "clone");
  mkdirSync(clone);
  const git = (...args: string[]) => execFileSync("git", ["-c", "user.name=Role", "-c", "user.email=role@chisanpaper.com", ...args], { cwd: clone });
  git("init", "--quiet");
  writeFileSync(join(clone, "Pulumi.prod.yaml"), "config: {}\n");
  git("add", ".");
  git("commit", "--quiet", "--message", "first");
  expect(await committedFiles(clone)).toMatchObject({ ok: true });
  writeFileSync(join(clone, "Pulumi.prod.yaml"), "config: { a: b }\n");
  writeFileSync(join(clone, "another.txt"), "");
  expect(await committedFiles(clone)).toMatchObject({ ok: false, found: "not committed: Pulumi.prod.yaml", fix: "git diff -- Pulumi.prod.yaml, then git commit or git checkout -- Pulumi.prod.yaml" });
  expect(await committedFiles(folder)).toMatchObject({ ok: false });
});

test("git without a name", async () => {
  const nobody = join(folder, "nobody");
  mkdirSync(nobody);
  const environment = { PATH: process.env["PATH"], HOME: nobody, GIT_CONFIG_NOSYSTEM: "1", GIT_CONFIG_GLOBAL: "/dev/null" };
  expect(await gitSettings(nobody, environment)).toMatchObject({ ok: false, found: "not set: user.name, user.email", fix: "git config user.name '<…>' && git config user.email '<…>'" });
});

test("client programs that are not there are named", async () => {
  expect(await postgresClient(["pg_absent"])).toMatchObject({ ok: false, found: "not found: pg_absent", fix: expect.stringContaining("postgresql-client-15") });
});

test("disk and ports are told", async () => {
  expect((await diskSpace(folder)).found).toMatch(/^\d+\.\d GB free/);
  expect(await freePort()).toMatchObject({ ok: true });
});

test("no sandbox is no problem; a service that does not answer is", async () => {
  const paths = sandboxPaths(join(folder, "sandbox"));
  expect(await sandboxService(paths)).toMatchObject({ ok: true });
  mkdirSync(paths.directory);
  const note = { pid: process.pid, started: startOf(process.pid), code: "", startedAt: "", providers: { gcp: 1 }, supabaseApiUrl: "", vercelApiUrl: "", controlUrl: "http://127.0.0.1:1" };
  writeFileSync(paths.running, JSON.stringify(note));
  expect(await sandboxService(paths)).toMatchObject({ ok: false, found: `process ${process.pid} does not answer (control, gcp)`, fix: "npx chisan sandbox restart" });
});

test("the sandbox's state: empty, in use, left open by a killed command, unreadable", () => {
  const paths = sandboxPaths(join(folder, "state"));
  expect(sandboxState(paths)).toMatchObject({ ok: true, found: "empty; npm start brings it up" });
  const stacks = join(paths.state, ".pulumi", "stacks", "chisan");
  mkdirSync(stacks, { recursive: true });
  const write = (latest: unknown) => writeFileSync(join(stacks, "prod.json"), JSON.stringify({ checkpoint: { latest } }));
  write({ resources: [{}, {}] });
  expect(sandboxState(paths)).toMatchObject({ ok: true, found: "resources: prod 2" });
  write({ resources: [{}], pending_operations: [{}] });
  expect(sandboxState(paths)).toMatchObject({ ok: false, fix: "npx chisan up prod" });
  writeFileSync(join(stacks, "prod.json"), "{");
  expect(sandboxState(paths)).toMatchObject({ ok: false, found: "the state of prod cannot be read" });
});
