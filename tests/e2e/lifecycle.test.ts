/** An environment's whole life in the sandbox: up, nothing to do, refreshed, destroyed, and nothing left of it. */
import { existsSync, statSync } from "node:fs";
import { visit } from "../../sandbox/services/edge/test-support/visit";
import { committedConfiguration, TestSandbox } from "./support/test-sandbox";

const started = ["dev", "staging", "prod"] as const;
/**
 * What stays at the vendor by its nature: an API stays enabled (other environments may use it), a zone has settings as long as it exists, a project
 * its default log bucket; and Google remembers a deleted federation for 30 days.
 */
const staysAtTheVendor = /^(gcp:projects\/service:Service|gcp:logging\/projectBucketConfig:ProjectBucketConfig|gcp:iam\/deletedFederation|cloudflare:index\/(zoneSetting:ZoneSetting|zoneDnssec:ZoneDnssec|r2ManagedDomain:R2ManagedDomain))$/;

interface Row {
  stack: string;
  resources: number;
  result: string;
  addresses: string[];
  errors: string[];
}

describe("an environment's life", () => {
  const committed = committedConfiguration();
  let sandbox: TestSandbox;
  beforeAll(() => (sandbox = new TestSandbox()));
  afterAll(() => sandbox.dispose());

  test("`start` brings dev, staging and prod up", async () => {
    const ended = await sandbox.chisan("start", "--json");
    expect(ended.stderr).toMatch(/^Target: sandbox/);
    const rows = JSON.parse(ended.stdout) as Row[];
    expect(rows.flatMap(({ errors }) => errors)).toEqual([]);
    expect(ended.code).toBe(0);
    expect(rows.map(({ stack }) => stack)).toEqual(started);
    for (const { resources, result } of rows) {
      expect(resources).toBeGreaterThan(1);
      expect(result).toBe(`${resources} created`);
    }
    for (const stack of started) expect(sandbox.state(stack).pending).toEqual([]);
    expect(sandbox.world().length).toBeGreaterThan(0);
  });

  test.each([
    ["prod", "api.chisan.app", "app.chisan.app"],
    ["staging", "api-staging.chisan.app", "staging.chisan.app"],
  ])("%s answers from outside, at %s and %s, and its database works", async (stack, apiHost, appHost) => {
    const { edgeUrl } = sandbox.running();
    const health = await visit(edgeUrl, apiHost, "/health");
    expect(health).toMatchObject({ status: 200, hop: undefined, body: { stack, region: "asia-northeast3", database: "ok" } });
    const counts = health.body["counts"] as Record<string, number>;
    expect(Object.keys(counts)).toEqual(expect.arrayContaining(["stocks", "orders", "users"]));
    // Staging is seeded, prod only migrated.
    expect((counts["stocks"] ?? 0) > 0).toBe(stack === "staging");
    expect(await visit(edgeUrl, appHost, "/health")).toMatchObject({ status: 200, body: { stack, database: "ok", counts } });
    expect(await visit(edgeUrl, appHost, "/api/smoke?write=1")).toMatchObject({ status: 200, body: { stack, written: true, counts } });
  });

  test("`sandbox status` tells where, as something to type", async () => {
    const { edgeUrl } = sandbox.running();
    const { stdout } = await sandbox.chisan("sandbox", "status");
    expect(stdout.split("\n")).toContain(`Edge (the hosts from outside): ${edgeUrl}, for example curl -H 'Host: api.chisan.app' ${edgeUrl}/health`);
    const typed = await sandbox.bash(`curl -sf -H 'Host: api.chisan.app' ${edgeUrl}/health`);
    expect(JSON.parse(typed.stdout)).toMatchObject({ stack: "prod", database: "ok" });
  });

  test("dev's variables lie in a file that only its owner reads", () => {
    expect((statSync(sandbox.envFile).mode & 0o777).toString(8)).toBe("600");
  });

  test("a second `start` changes nothing, and says so in one table", async () => {
    const ended = await sandbox.chisan("start");
    expect(ended.code).toBe(0);
    const table = ended.stdout.trim().split("\n");
    expect(table[0]).toMatch(/^Stack +Resources +Duration +Result +Database +Addresses$/);
    for (const stack of started) {
      const row = table.find((line) => line.startsWith(stack));
      expect(row).toMatch(new RegExp(`^${stack} +\\d+ +\\d+\\.\\d s +no changes`));
    }
  });

  test("`up chisan-dr` stands the environment of a disaster up beside the others", async () => {
    expect((await sandbox.operate("up", "chisan-dr")).result).toMatch(/^\d+ created$/);
    expect((await sandbox.operate("up", "chisan-dr")).result).toBe("no changes");
  });

  test.each(["dev", "prod"] as const)("nothing changes on %s after a refresh", async (stack) => {
    expect((await sandbox.operate("refresh", stack)).result).not.toMatch(/updated|deleted|created|replaced/);
    expect((await sandbox.operate("up", stack)).result).toBe("no changes");
  });

  test("a preview tells what up would do, and does nothing", async () => {
    const before = sandbox.stateText("staging");
    const ended = await sandbox.chisan("preview", "staging", "--json");
    expect(ended.code).toBe(0);
    const { changeSummary } = JSON.parse(ended.stdout) as { changeSummary: Record<string, number> };
    expect(Object.keys(changeSummary)).toEqual(["same"]);
    expect(JSON.parse(sandbox.stateText("staging"))).toEqual(JSON.parse(before));
  });

  test("what someone deletes behind our back, refresh finds and up makes again", async () => {
    const { rmSync, existsSync: exists } = await import("node:fs");
    rmSync(sandbox.envFile);
    expect((await sandbox.operate("up", "dev")).result).toMatch(/1 (updated|created|replaced)/);
    expect(exists(sandbox.envFile)).toBe(true);
  });

  test("prod is not destroyed without its name, nor with another's", async () => {
    const before = sandbox.stateText("prod");
    for (const args of [[], ["--yes"], ["--confirm", "staging"], ["--confirm", "PROD"]]) {
      const ended = await sandbox.chisan("destroy", "prod", ...args);
      expect(ended.code).not.toBe(0);
      expect(ended.stderr).toMatch(/^CHI-O012 .*npx chisan destroy prod --confirm prod$/m);
    }
    expect((await sandbox.chisan("destroy", "staging")).stderr).toMatch(/^CHI-O012 .*npx chisan destroy staging --yes$/m);
    expect((await sandbox.chisan("destroy", "production", "--yes")).stderr).toMatch(/no stack "production"/);
    expect(sandbox.stateText("prod")).toBe(before);
  });

  test.each([["chisan-dr", "--yes"], ["staging", "--yes"], ["dev", "--yes"], ["prod", "--confirm", "prod"]] as const)(
    "`destroy %s %s` leaves no resource in its state and nothing in the world",
    async (stack, ...confirmation) => {
      const { result } = await sandbox.operate("destroy", stack, ...confirmation);
      expect(result).toMatch(/^\d+ deleted$/);
      expect(sandbox.state(stack).resources).toEqual([]);
      const managed = sandbox.world().filter(({ urns }) => urns.some((urn) => urn.startsWith(`urn:pulumi:${stack}::`)));
      expect(managed.map(({ type, id }) => `${type} ${id}`)).toEqual([]);
    },
  );

  test("from outside nothing answers any more", async () => {
    for (const host of ["api.chisan.app", "app.chisan.app", "api-staging.chisan.app", "staging.chisan.app"]) {
      expect(await visit(sandbox.running().edgeUrl, host, "/health")).toMatchObject({ status: 530, hop: "DNS record" });
    }
  });

  test("in the end only what a vendor never gives up is left, and dev's file is gone", () => {
    const left = sandbox.world().filter(({ type }) => !staysAtTheVendor.test(type));
    expect(left.map(({ type, id }) => `${type} ${id}`)).toEqual([]);
    expect(existsSync(sandbox.envFile)).toBe(false);
  });

  test("a destroyed environment comes up again", async () => {
    expect((await sandbox.operate("up", "dev")).result).toMatch(/created/);
    expect((await sandbox.operate("destroy", "dev", "--yes")).result).toMatch(/deleted/);
  });

  test("all of it left the committed configuration byte-identical", () => {
    expect(committedConfiguration()).toEqual(committed);
    expect(Object.keys(committed)).toEqual(expect.arrayContaining(["Pulumi.yaml", ...[...started, "chisan-dr"].map((stack) => `Pulumi.${stack}.yaml`)]));
  });
});
