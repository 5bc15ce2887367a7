/** A region's outage: the API's traffic leaves it and comes back, on the real engine, without a DNS record being touched. */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { committedConfiguration, TestSandbox } from "./support/test-sandbox";
import { Visitor } from "./support/visitor";

const seoul = "asia-northeast3";
const tokyo = "asia-northeast1";

interface Moved {
  result: string;
  before: string[];
  after: string[];
  changes: { urn: string; operation: string; properties: string[] }[];
  elapsedSeconds: number;
  objectiveSeconds: number;
}

describe("the API's traffic", () => {
  const committed = committedConfiguration();
  let sandbox: TestSandbox;
  let environment: Record<string, unknown>;

  beforeAll(async () => {
    sandbox = new TestSandbox();
    await sandbox.operate("up", "prod");
    environment = everythingElse();
  });
  afterAll(() => sandbox.dispose());

  const region = (...args: string[]) => sandbox.chisan("dr", "region", "--stack", "prod", ...args);

  async function move(...args: string[]): Promise<Moved> {
    const ended = await region(...args, "--json");
    if (ended.code !== 0) throw new Error(`dr region ${args.join(" ")} ended with ${ended.code}: ${ended.text}`);
    return JSON.parse(ended.stdout) as Moved;
  }

  function ofType(type: RegExp) {
    return sandbox.state("prod").resources.filter((resource) => type.test(resource.type));
  }

  /** The regions of the backend service's groups, in the state and at the vendor. */
  function served(): string[][] {
    const state = ofType(/:BackendService$/).map(({ inputs }) => inputs);
    const world = sandbox.world().filter(({ type }) => type.endsWith(":BackendService")).map(({ outputs }) => outputs);
    expect([state.length, world.length]).toEqual([1, 1]);
    return [...state, ...world].map((backend) => (backend?.["backends"] as { group: string }[]).map(({ group }) => /\/regions\/([^/]+)\//.exec(group)?.[1] ?? group));
  }

  const configuration = () => readFileSync(join(sandbox.paths.project, "Pulumi.prod.yaml"), "utf8");

  function minimumInstances(): Record<string, unknown> {
    // The state's order changes with what is updated, and Seoul has other services too.
    const apis = ofType(/cloudrunv2\/service:/).filter(({ inputs }) => inputs?.["name"] === "chisan-prod-api");
    return Object.fromEntries(apis.map(({ inputs }) => [inputs?.["location"], (inputs?.["scaling"] as { minInstanceCount: number }).minInstanceCount]));
  }

  /** All but what a move may change, with ids and inputs: DNS records above all. */
  function everythingElse(): Record<string, unknown> {
    const rest = ofType(/./).filter(({ type }) => !/:BackendService$|cloudrunv2\/service:|^pulumi:providers:/.test(type));
    const things = Object.fromEntries(rest.map(({ urn, id, inputs, outputs }) => [urn, { id, inputs, content: outputs?.["content"] }]));
    // Each save of the state encrypts the secrets anew.
    return JSON.parse(JSON.stringify(things, (key, value: unknown) => (key === "ciphertext" ? "[encrypted]" : value))) as Record<string, unknown>;
  }

  test("goes to Seoul, and the backup region has nothing running", () => {
    expect(served()).toEqual([[seoul], [seoul]]);
    expect(minimumInstances()).toEqual({ [seoul]: 1, [tokyo]: 0 });
    expect(Object.keys(environment).filter((urn) => urn.includes("dnsRecord")).length).toBeGreaterThan(1);
  });

  test("an outage of Seoul, seen from outside: it fails until `--away seoul`, then Tokyo answers, and Seoul again after `--back`", async () => {
    const visitor = Visitor.of(sandbox.running().edgeUrl, "api.chisan.app", "/health", ({ status, hop, body }) =>
      hop === undefined ? `${status} from ${String(body["region"])}, database ${String(body["database"])}` : `${status} at the ${hop}`,
    );
    let seen: string[] = [];
    const [atHome, failing, away] = [`200 from ${seoul}, database ok`, "503 at the region", `200 from ${tokyo}, database ok`];
    try {
      await visitor.sees(atHome);
      await sandbox.regions({ [seoul]: "down" });
      await visitor.sees(failing);
      expect(await move("--away", "seoul")).toMatchObject({ result: "moved", after: [tokyo] });
      await visitor.sees(away);
      await sandbox.regions({ [seoul]: "up" });
      expect(await move("--back")).toMatchObject({ result: "moved", after: [seoul] });
      await visitor.sees(atHome);
    } finally {
      seen = await visitor.stop();
    }
    // Nothing besides: Tokyo was ready when the traffic came, and the way back failed for nobody.
    expect(seen).toEqual([atHome, failing, away, atHome]);
  });

  test("`--away seoul` sends it to Tokyo, which is given prod's minimum; nothing else changes", async () => {
    const moved = await move("--away", "seoul");
    expect(moved).toMatchObject({ stack: "prod", target: "sandbox", result: "moved", before: [seoul], after: [tokyo], objectiveSeconds: 3600 });
    expect(moved.changes.map(({ operation, properties }) => [operation, ...properties])).toEqual([["update", "scaling"], ["update", "backends", "description"]]);
    expect(moved.elapsedSeconds).toBeGreaterThan(0);
    expect(served()).toEqual([[tokyo], [tokyo]]);
    expect(minimumInstances()).toEqual({ [seoul]: 1, [tokyo]: 1 });
    expect(everythingElse()).toEqual(environment);
  });

  test("a second `--away` says that there is nothing to do; a whole `up` changes nothing either", async () => {
    expect(await move("--away", seoul)).toMatchObject({ result: "nothing to do", changes: [] });
    expect((await region("--away", "seoul")).stderr).toMatch(/^Nothing to do: the API's traffic of prod goes to Tokyo/m);
    expect((await sandbox.operate("up", "prod")).result).toBe("no changes");
  });

  test("not away from the last region", async () => {
    const ended = await region("--away", "tokyo");
    expect({ code: ended.code, stdout: ended.stdout }).toEqual({ code: 1, stdout: "" });
    expect(ended.stderr).toMatch(/^CHI-D004 .*npx chisan dr region --stack prod --back$/m);
    expect(served()).toEqual([[tokyo], [tokyo]]);
  });

  test("`--back` returns it, as the specification says, and leaves no key behind", async () => {
    expect(await move("--back")).toMatchObject({ result: "moved", before: [tokyo], after: [seoul] });
    expect(served()).toEqual([[seoul], [seoul]]);
    expect(minimumInstances()).toEqual({ [seoul]: 1, [tokyo]: 0 });
    expect(everythingElse()).toEqual(environment);
    expect(readFileSync(join(sandbox.paths.project, "Pulumi.prod.yaml"), "utf8")).not.toContain("activeRegions");
    expect(await move("--back")).toMatchObject({ result: "nothing to do" });
  });

  test("configured and then killed: the same command completes it", async () => {
    const set = await sandbox.bash(`pulumi config set -s prod chisan:activeRegions '["${tokyo}"]'`);
    expect(set.code).toBe(0);
    expect(served()).toEqual([[seoul], [seoul]]);
    expect(await move("--away", "seoul")).toMatchObject({ result: "moved" });
    expect(served()).toEqual([[tokyo], [tokyo]]);
    await move("--back");
  });

  test("a vendor that fails in the middle: one line, and the same command carries on", async () => {
    await sandbox.faults([{ match: { token: "gcp:compute/backendService:BackendService", operation: "update" }, fault: "500", times: "always" }]);
    const ended = await region("--away", "seoul");
    expect(ended.code).toBe(1);
    expect(ended.stderr).toMatch(/^CHI-D008 the traffic of prod was not moved \(.*\): run the same command again, it carries on$/m);
    expect(configuration()).not.toContain("activeRegions");
    await sandbox.faults([]);
    expect(await move("--away", "seoul")).toMatchObject({ result: "moved", after: [tokyo] });
    expect(served()).toEqual([[tokyo], [tokyo]]);
    await move("--back");
  });

  test("nobody else is asked anything: what does not answer in an outage is not waited for", async () => {
    const others = [...new Set(ofType(/./).map(({ type }) => type))].filter((type) => !/:BackendService$|cloudrunv2\/service:|^pulumi|^chisan:/.test(type));
    const operations = ["create", "read", "update", "delete"] as const;
    expect(others.length).toBeGreaterThan(20);
    await sandbox.faults(others.flatMap((token) => operations.map((operation) => ({ match: { token, operation }, fault: "500" as const, times: "always" as const }))));
    expect(await move("--away", "seoul")).toMatchObject({ result: "moved" });
    expect(await move("--back")).toMatchObject({ result: "moved" });
    await sandbox.faults([]);
  });

  const project = "--project=chisan-sandbox-prod";
  const googleAlone = [
    '# With Google alone. A backend that "already exists" or "does not exist" is a step that is done; the last command shows where the traffic goes.',
    `gcloud compute backend-services add-backend chisan-prod-api --global --network-endpoint-group=chisan-prod-api --network-endpoint-group-region=${tokyo} ${project}`,
    `gcloud compute backend-services remove-backend chisan-prod-api --global --network-endpoint-group=chisan-prod-api --network-endpoint-group-region=${seoul} ${project}`,
    `gcloud run services update chisan-prod-api --region=${tokyo} --min=1 ${project}`,
    `gcloud compute backend-services describe chisan-prod-api --global --format='value(backends[].group)' ${project}`,
    "# When all vendors answer again, so that configuration and state say the same:",
    "# npx chisan dr region --stack prod --away seoul",
  ];

  test.each([
    ["sentry", "Sentry"],
    ["supabase", "Supabase"],
    ["cloudflare", "Cloudflare"],
  ])("%s does not answer: the operator is told whom it is about, and how Google alone does it; nothing is touched", async (name, vendor) => {
    await sandbox.faults([{ match: { package: name, operation: "invoke" }, fault: "500", times: "always" }]);
    const ended = await region("--away", "seoul");
    await sandbox.faults([]);
    expect([ended.code, ended.stdout]).toEqual([1, ""]);
    expect(ended.stderr.trim().split("\n")).toEqual([
      "Target: sandbox (no cloud is touched)",
      `CHI-D014 ${vendor} did not answer, and no update of prod is possible without it; nothing was touched: move it with Google alone`,
      ...googleAlone,
    ]);
    expect(configuration()).not.toContain("activeRegions");
    expect(served()).toEqual([[seoul], [seoul]]);
  });

  test("`--print-gcloud` prints the same commands, and they are of what exists", async () => {
    const ended = await region("--away", "seoul", "--print-gcloud");
    expect([ended.code, ended.stderr]).toEqual([0, ""]);
    expect(ended.stdout.trim().split("\n")).toEqual(googleAlone);
    const named = (type: string) => sandbox.world().filter((record) => record.type.endsWith(type)).map(({ outputs }) => [outputs["name"], outputs["project"], outputs["region"]]);
    expect(named(":BackendService")).toEqual([["chisan-prod-api", "chisan-sandbox-prod", undefined]]);
    expect(named(":RegionNetworkEndpointGroup").sort()).toEqual([tokyo, seoul].map((each) => ["chisan-prod-api", "chisan-sandbox-prod", each]));
  });

  test("moved with Google alone, the same command brings configuration and state in line, and a refresh and an `up` find nothing left", async () => {
    const before = join(sandbox.directory, "before.json");
    expect((await sandbox.pulumi(["stack", "export", "--stack", "prod", "--file", before])).code).toBe(0);
    await move("--away", "seoul");
    // The vendor has moved; state and configuration say what they said before.
    expect((await sandbox.pulumi(["stack", "import", "--stack", "prod", "--file", before])).code).toBe(0);
    await sandbox.bash("pulumi config rm -s prod chisan:activeRegions");
    expect(served()).toEqual([[seoul], [tokyo]]);
    expect(await move("--away", "seoul")).toMatchObject({ result: "moved", after: [tokyo] });
    expect(served()).toEqual([[tokyo], [tokyo]]);
    expect((await sandbox.operate("refresh", "prod")).result).toBe("no changes");
    expect((await sandbox.operate("up", "prod")).result).toBe("no changes");
    await move("--back");
  });

  test("a state that another machine holds: by whom, since when and what frees it; the configuration stays as it is", async () => {
    const locks = join(sandbox.paths.state, ".pulumi", "locks", "organization", "chisan", "prod");
    mkdirSync(locks, { recursive: true });
    const holder = { pid: 4242, username: "devops", hostname: "another-machine.invalid", timestamp: "2026-11-23T08:01:02+09:00" };
    writeFileSync(join(locks, "11111111-2222-3333-4444-555555555555.json"), JSON.stringify(holder));
    const ended = await region("--away", "seoul");
    expect(ended.code).toBe(1);
    expect(ended.stderr.trim().split("\n").at(-1)).toBe(
      "CHI-D012 the state of prod is locked by devops@another-machine.invalid (process 4242) since 2026-11-23T08:01:02+09:00, nothing was touched: " +
        "wait for that run to end; if it is dead (killed, or its machine is gone): pulumi cancel --stack prod, then run the same command again",
    );
    expect(configuration()).not.toContain("activeRegions");
    expect(served()).toEqual([[seoul], [seoul]]);
    expect((await sandbox.pulumi(["cancel", "--stack", "prod", "--yes"])).code).toBe(0);
    expect(await move("--away", "seoul")).toMatchObject({ result: "moved" });
    await move("--back");
  });

  test("a checkout that would deploy something with it is refused, and writes nothing", async () => {
    await sandbox.bash("pulumi config set -s prod chisan:logLevel warn");
    const ended = await region("--away", "seoul");
    expect(ended.code).toBe(1);
    expect(ended.stderr).toMatch(/^CHI-D007 this checkout would change more of prod than its traffic \(update api-asia-northeast1 \(scaling, template\)\), nothing was touched/m);
    expect(readFileSync(join(sandbox.paths.project, "Pulumi.prod.yaml"), "utf8")).not.toContain("activeRegions");
    expect(served()).toEqual([[seoul], [seoul]]);
    await sandbox.bash("pulumi config rm -s prod chisan:logLevel");
  });

  test("what has no other region, or no such one, is told so", async () => {
    expect((await sandbox.chisan("dr", "region", "--stack", "dev", "--away", "seoul")).stderr).toMatch(/^CHI-D002 dev runs on this machine/m);
    expect((await sandbox.chisan("dr", "region", "--stack", "staging", "--away", "seoul")).stderr).toMatch(/^CHI-D005 staging has no load balancer/m);
    expect((await region("--away", "osaka")).stderr).toMatch(/^CHI-D003 prod does not run in Osaka/m);
    expect((await region("--away", "busan")).stderr).toMatch(/^CHI-D001 there is no region "busan"/m);
    expect((await region()).stderr).toMatch(/^CHI-D011 neither/m);
    expect((await sandbox.chisan("dr", "region", "--stack", "chisan-dr", "--away", "tokyo")).stderr).toMatch(/^CHI-D005 chisan-dr has no load balancer/m);
  });

  test("the cloud is not reached without its credentials, and all of it left the committed configuration as it was", async () => {
    const ended = await region("--away", "seoul", "--cloud", "--yes", "--confirm", "prod");
    expect(ended.code).toBe(1);
    expect(ended.stderr).toMatch(/^CHI-O010 prod cannot be run against the cloud yet/m);
    expect(ended.stderr).toMatch(/^With Google alone, which needs none of it: npx chisan dr region --stack prod --away seoul --cloud --print-gcloud$/m);
    expect(committedConfiguration()).toEqual(committed);
  });
});
