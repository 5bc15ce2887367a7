import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { BareClone, errorLines } from "./test-support/bare-clone";
import { ReleaseServer } from "./test-support/release-server";

describe("the set-up", () => {
  let clone: BareClone;
  let slow: ReleaseServer;
  beforeEach(async () => {
    clone = new BareClone();
    // npm and the engine are set up at once: where npm is to fail first, the download is still going on.
    slow = await ReleaseServer.start("3.250.0");
    slow.behaviour = "hang";
  });
  afterEach(async () => {
    clone.dispose();
    await slow.stop();
  });

  test.each(["18.20.4", "20.18.1", "21.0.0", "22.11.0"])("CHI-T001: Node %s is refused in one line, before anything is touched", async (version) => {
    const preload = `Object.defineProperty(process, "versions", { value: { ...process.versions, node: "${version}" } });`;
    for (const file of ["toolchain/set-up.mjs", "toolchain/start.mjs", "toolchain/test.mjs"]) {
      const ended = await clone.start({ file }, {}, preload).ended;
      expect(ended.code).toBe(1);
      expect(ended.stderr.trim().split("\n")).toEqual([expect.stringMatching(/CHI-T001 Node\.js .* is running, this project needs >=20\.19 <21 .*nvm install 20/)]);
      expect(ended.stderr).toContain(version);
    }
    expect(existsSync(join(clone.root, ".chisan"))).toBe(false);
    expect(existsSync(clone.cache)).toBe(false);
  });

  test("CHI-T002: npm's failure is one line, with npm's reason, and the next run tries again", async () => {
    clone.program("npm", `echo run >> "$HOME/npm-runs"; echo "npm error code ENOTFOUND" >&2; echo "npm error A complete log of this run can be found in: somewhere" >&2; exit 1`);
    for (let run = 1; run <= 2; run++) {
      const ended = await clone.start({ file: "toolchain/set-up.mjs" }, slow.environment).ended;
      expect(ended.code).toBe(1);
      expect(errorLines(ended.stderr)).toEqual([expect.stringMatching(/CHI-T002 npm ci failed \(npm error code ENOTFOUND\)/)]);
    }
    expect(existsSync(join(clone.root, ".chisan", "stamps", "dependencies"))).toBe(false);
    expect(existsSync(join(clone.root, ".chisan", "setup.lock"))).toBe(false);
  });

  test("without npm that is said, in one line", async () => {
    const ended = await clone.start({ file: "toolchain/set-up.mjs" }, slow.environment).ended;
    expect(ended.code).toBe(1);
    expect(errorLines(ended.stderr)).toEqual([expect.stringMatching(/CHI-T002 npm ci failed \(.*npm ENOENT\)/)]);
  });

  test("what the engine lacks is said at once, and npm is not left behind", async () => {
    clone.program("npm", 'echo $$ > "$HOME/npm-pid"; exec sleep 120');
    clone.program("sleep", "exec /bin/sleep 120");
    const ended = await clone.start({ file: "toolchain/set-up.mjs" }, { CHISAN_PULUMI_RELEASES: "http://127.0.0.1:1" }).ended;
    expect(ended.code).toBe(1);
    expect(errorLines(ended.stderr)).toEqual([expect.stringContaining("CHI-T004")]);
    const npm = Number(readFileSync(join(clone.directory, "npm-pid"), "utf8"));
    await new Promise((resolve) => setTimeout(resolve, 500));
    // Where nobody reaps orphans, a dead one stays in the table as a zombie.
    expect(spawnSync("ps", ["-o", "stat=", "-p", String(npm)], { encoding: "utf8" }).stdout.trim()).toMatch(/^(Z.*)?$/);
  });
});
