import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { repositoryRoot } from "../../sandbox/control/paths";
import { type SandboxProject, startSandboxProject } from "./test-support/sandbox-project";

// A real recovery, on machines that are busy with other things.
jest.setTimeout(240_000);

let project: SandboxProject;
let folder: string;

beforeAll(async () => {
  project = await startSandboxProject();
  folder = mkdtempSync(join(tmpdir(), "chisan-runbook-"));
});
afterAll(async () => {
  await project.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** The blocks of a document that are commands. */
function blocksOf(document: string): string[] {
  return [...readFileSync(join(repositoryRoot, document), "utf8").matchAll(/^```bash\n([\s\S]*?)^```$/gm)].map((match) => match[1] as string);
}

function run(block: string): Promise<{ code: number | null; output: string }> {
  const front = `#!/bin/sh\nexec "${process.execPath}" --require "${join(repositoryRoot, "toolchain/typescript.cjs")}" "${join(repositoryRoot, "ops/pitr/test-support/runbook-front.ts")}" "$@"\n`;
  writeFileSync(join(folder, "npx"), front, { mode: 0o755 });
  const env = {
    PATH: `${folder}:${process.env["PATH"]}`,
    HOME: folder,
    RUNBOOK_DATABASE_URL: project.databaseUrl,
    RUNBOOK_API: project.apiUrl,
    RUNBOOK_TOKEN: project.token,
    RUNBOOK_REF: project.ref,
    RUNBOOK_NOTES: join(folder, "notes"),
    RUNBOOK_CALLS: join(folder, "calls"),
  };
  return new Promise((resolve, reject) => {
    // As somebody copies it: no variable of an earlier block, and an error ends it.
    const child = spawn("bash", ["-euo", "pipefail", "-c", block], { cwd: repositoryRoot, env, stdio: ["ignore", "pipe", "pipe"] });
    let output = "";
    child.stdout.on("data", (chunk: Buffer) => (output += chunk.toString()));
    child.stderr.on("data", (chunk: Buffer) => (output += chunk.toString()));
    child.once("error", reject);
    child.once("close", (code) => resolve({ code, output }));
  });
}

test("the blocks of procedure B, as they stand, bring back what was deleted", async () => {
  const lines = await project.sql("select * from public.order_lines order by order_id, line_number");
  expect(lines.length).toBeGreaterThan(0);
  // The seed's own second must be over: nothing but the accident lies after the moment.
  await project.moment();
  await project.sql("delete from public.order_lines");
  const blocks = blocksOf("docs/runbooks/procedure-b.md");
  expect(blocks).toHaveLength(4);
  const outputs: string[] = [];
  for (const block of blocks) {
    const { code, output } = await run(block);
    expect([block, output, code]).toEqual([block, output, 0]);
    outputs.push(output);
  }
  expect(outputs[0]).toContain(`The largest removal is ${lines.length} DELETE of order_lines`);
  expect(outputs[1]).toContain(`order_lines: ${lines.length} DELETE`);
  expect(outputs[3]).toMatch(/Incident log: database of prod recovered by PITR .* data loss window/);
  expect(outputs.join()).not.toContain(project.password);
  expect(readFileSync(join(folder, "calls"), "utf8")).toContain("chisan backup run --stack prod --kind manual\n");
  expect(await project.sql("select * from public.order_lines order by order_id, line_number")).toEqual(lines);
  expect(project.accepted()).toBe(1);
});
