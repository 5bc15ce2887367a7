/**
 * `npm test`: the set-up, then types, lint, unit tests, agreement with the recorded vendors, and the whole on the real engine.
 * Every phase runs, also after a failure; the last line counts them all: `N passed, N failed`.
 */
import { spawn } from "node:child_process";
import { mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { root, work } from "./setup/paths.mjs";
import { duration, fail } from "./setup/report.mjs";
import { setUp } from "./setup/setup.mjs";

await setUp().catch(fail);

const bin = join(root, "node_modules", ".bin");
const results = join(work, "test-results");
rmSync(results, { recursive: true, force: true });
mkdirSync(results, { recursive: true });

let passed = 0;
let failed = 0;

await checked("types", "tsc", ["--project", "."]);
await checked("lint", "eslint", [".", "--max-warnings", "0"]);
await tested("unit", ["--config", "jest.config.cjs"]);
await checked("agreement with the recorded vendors", process.execPath, ["--require", "./toolchain/typescript.cjs", "sandbox/oracle/run.ts"]);
await checked("policy mutants (sampled)", process.execPath, ["--require", "./toolchain/typescript.cjs", "policies/mutants/run.ts", "--sample", "300"]);
await tested("end to end", ["--config", "jest.e2e.config.cjs"]);

process.stdout.write(`\n${passed} passed, ${failed} failed\n`);
process.exit(failed === 0 ? 0 : 1);

/** A program that says by its exit code whether all is well: one test. */
async function checked(title, program, args) {
  const ok = (await run(title, program.startsWith("/") ? program : join(bin, program), args)) === 0;
  if (ok) passed += 1;
  else failed += 1;
}

/** A Jest run: as many tests as it has. A suite that could not even start counts as one failure. */
async function tested(title, args) {
  const file = join(results, `${title.replaceAll(" ", "-")}.json`);
  const code = await run(title, join(bin, "jest"), [...args, "--json", "--outputFile", file]);
  let counts;
  try {
    counts = JSON.parse(readFileSync(file, "utf8"));
  } catch (error) {
    if (error.code !== "ENOENT") throw error;
    failed += 1; // Jest itself did not come up; its words are above
    return;
  }
  passed += counts.numPassedTests;
  const failures = counts.numFailedTests + counts.numRuntimeErrorTestSuites;
  failed += failures === 0 && code !== 0 ? 1 : failures;
}

function run(title, program, args) {
  const started = Date.now();
  process.stdout.write(`\n▶ ${title}\n`);
  return new Promise((resolve) => {
    // Jest writes its report to stderr and, with --json, the results to stdout as well: those are in the file already.
    const child = spawn(program, args, { cwd: root, stdio: ["ignore", args.includes("--json") ? "ignore" : "inherit", "inherit"] });
    child.once("error", (error) => {
      process.stdout.write(`${error.message}\n`);
      resolve(1);
    });
    child.once("close", (code) => {
      process.stdout.write(`${code === 0 ? "✔" : "✖"} ${title} ${duration(Date.now() - started)}\n`);
      resolve(code ?? 1);
    });
  });
}
