import { execFileSync } from "node:child_process";
import { accessSync, constants, existsSync, readFileSync, realpathSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { BareClone, errorLines } from "./test-support/bare-clone";
import { ReleaseServer } from "./test-support/release-server";

const version = /pulumiVersion = "([\d.]+)"/.exec(readFileSync(join(__dirname, "engine.mjs"), "utf8"))?.[1] ?? "";
/** Nothing listens on port 2 of this machine (and fetch refuses port 1 by itself). */
const noServer = { CHISAN_PULUMI_RELEASES: "http://127.0.0.1:2" };

describe("the engine's installation", () => {
  let clone: BareClone;
  let server: ReleaseServer;
  beforeEach(async () => {
    clone = new BareClone();
    server = await ReleaseServer.start(version);
  });
  afterEach(async () => {
    await server.stop();
    clone.dispose();
  });

  const engine = (name: string) => join(clone.root, ".chisan", "engine", name);

  async function refusal(more: NodeJS.ProcessEnv, preload?: string): Promise<string[]> {
    const ended = await clone.installEngine(more, preload).ended;
    expect(ended.code).toBe(1);
    expect(ended.stdout).toBe("");
    expect(existsSync(engine("pulumi"))).toBe(false);
    expect(clone.leftovers()).toEqual([]);
    return errorLines(ended.stderr);
  }

  test("downloads the release, checks it, and keeps it for the next clone", async () => {
    expect((await clone.installEngine(server.environment).ended).code).toBe(0);
    expect(execFileSync(engine("pulumi"), { encoding: "utf8" })).toBe(`v${version}\n`);
    for (const name of ["pulumi-language-nodejs", "pulumi-resource-pulumi-nodejs"]) expect(() => accessSync(engine(name), constants.X_OK)).not.toThrow();
    expect(realpathSync(engine("."))).toMatch(/[0-9a-f]{16}$/);
    const again = await clone.installEngine(noServer).ended;
    expect(again).toEqual({ code: 0, stdout: "", stderr: "" });
    expect(server.downloads).toBe(1);
    expect(clone.leftovers()).toEqual([]);
  });

  test("CHI-T003: refuses an archive that is not the release's, with both sums", async () => {
    const wanted = "0".repeat(64);
    server.checksums = `${wanted}  ${server.file}\n`;
    const lines = await refusal(server.environment);
    expect(lines).toEqual([expect.stringMatching(/CHI-T003/)]);
    expect(lines[0]).toContain(server.digest);
    expect(lines[0]).toContain(wanted);
  });

  test("CHI-T003: refuses an archive of which the checksums say nothing", async () => {
    server.checksums = `${server.digest}  another-file.tar.gz\n`;
    expect(await refusal(server.environment)).toEqual([expect.stringMatching(/CHI-T003 .*nothing of this file/)]);
  });

  test.each([
    ["there is no network", "serve", noServer, /ECONNREFUSED/],
    ["the release is not there", "refuse", undefined, /HTTP 404/],
    ["the connection breaks off", "break off", undefined, /./],
  ] as const)("CHI-T004: without Go and when %s, one line says what is missing", async (_title, behaviour, environment, reason) => {
    server.behaviour = behaviour;
    const lines = await refusal(environment ?? server.environment);
    expect(lines).toEqual([expect.stringMatching(/CHI-T004 Pulumi CLI .* cannot be downloaded \(.+\) and Go is not installed to build it: .*install Go \d/)]);
    expect(lines[0]).toMatch(reason);
  });

  test("CHI-T005: a build that fails says why in one line", async () => {
    clone.program("go", `case "$1" in version) exit 0;; *) echo "go: module lookup failed: no such host" >&2; exit 1;; esac`);
    expect(await refusal(noServer)).toEqual([expect.stringMatching(/CHI-T005 .*module lookup failed: no such host/)]);
  });

  test("CHI-T009: a full disk is one line with the path", async () => {
    // The disk is full for whatever is written into the draft.
    const preload = `
      import fs from "node:fs";
      import { syncBuiltinESMExports } from "node:module";
      const write = fs.writeFileSync;
      fs.writeFileSync = (path, ...rest) => {
        if (!String(path).endsWith("release.tar.gz")) return write(path, ...rest);
        throw Object.assign(new Error("ENOSPC: no space left on device, write"), { code: "ENOSPC", path });
      };
      syncBuiltinESMExports();`;
    expect(await refusal(server.environment, preload)).toEqual([expect.stringMatching(/CHI-T009 the disk is full \(.*release\.tar\.gz\): free some space/)]);
  });

  test("two at once: one works, the other says for whom it waits, and both end well", async () => {
    server.behaviour = "hang";
    const first = clone.installEngine(server.environment);
    await until(() => server.downloads > 0);
    const second = clone.installEngine(server.environment);
    await until(() => second.seen().includes("waiting"));
    expect(second.seen()).toContain(`another set-up (process ${first.pid}) is at work`);
    // The first loses its connection and has no Go; the second then does it itself.
    server.behaviour = "serve";
    process.kill(first.pid, "SIGKILL");
    expect((await first.ended).code).toBeNull();
    expect((await second.ended).code).toBe(0);
    expect(server.downloads).toBe(2);
    expect(execFileSync(engine("pulumi"), { encoding: "utf8" })).toBe(`v${version}\n`);
  });

  test("two at once that both can: the work is done once", async () => {
    const both = await Promise.all([clone.installEngine(server.environment).ended, clone.installEngine(server.environment).ended]);
    expect(both.map(({ code }) => code)).toEqual([0, 0]);
    expect(server.downloads).toBe(1);
    expect(clone.leftovers()).toEqual([]);
  });
});

/** @throws when it does not come true within 4 s, so that a failure ends the test and not the patience of whoever waits */
async function until(condition: () => boolean): Promise<void> {
  for (const deadline = Date.now() + 4000; !condition(); await sleep(20)) if (Date.now() > deadline) throw new Error(`in vain: ${condition}`);
}
