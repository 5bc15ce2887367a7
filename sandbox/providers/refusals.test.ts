import { EngineClient, secret, type Managed } from "./testing/engine-client";
import { RunningServers } from "./testing/running-servers";
import { account, makeAll, wholeEnvironment, zone, type Made } from "./testing/whole-environment";

/** One world with a whole staging environment in it, which prod's mistakes meet. */
let running: RunningServers;
let made: Made;
let gcp: EngineClient;
let cloudflare: EngineClient;
let other: EngineClient;
let bridge: EngineClient;
const declared = wholeEnvironment("staging");
const inputsOf = (name: string): { [property: string]: unknown } => declared.find((each) => each.name === name)!.inputs(made);

beforeAll(async () => {
  running = await RunningServers.start({ probes: { r2ObjectCount: async ({ name }) => (name === "full" ? 3 : 0) } });
  [gcp, cloudflare, other, bridge] = [
    running.engine("gcp", "staging"),
    running.engine("cloudflare", "staging"),
    running.engine("cloudflare", "prod"),
    running.engine("terraform-provider", "staging"),
  ] as [EngineClient, EngineClient, EngineClient, EngineClient];
  const [random, checkly, sentry] = (["random", "checkly", "sentry"] as const).map((name) => running.engine(name, "staging"));
  made = await makeAll({ gcp, cloudflare, random: random!, checkly: checkly!, sentry: sentry!, "terraform-provider": bridge }, declared);
});
afterAll(() => running.stop());

const bucket = "cloudflare:index/r2Bucket:R2Bucket";
const service = "gcp:cloudrunv2/service:Service";
const project = "chisan-staging";

describe("Check", () => {
  const cases: Array<[string, () => EngineClient, string, { [property: string]: unknown }, RegExp]> = [
    [
      "an unknown property",
      () => cloudflare,
      bucket,
      { accountId: account, name: "x-x", locatoin: "apac" },
      /locatoin.*R2Bucket.*expected: one of the properties accountId, jurisdiction, location/,
    ],
    [
      "an unknown property deep inside",
      () => gcp,
      service,
      { project, location: "asia-northeast3", template: { scaling: { minInstances: 1 } } },
      /template\.scaling\.minInstances.*minInstanceCount/,
    ],
    ["a required property that is missing", () => cloudflare, bucket, { accountId: account }, /name.*R2Bucket.*expected: string/],
    ["a wrong type", () => bridge, "vercel:index/project:Project", { name: "x", nodeVersion: { a: 1 } }, /Project.*nodeVersion/],
    [
      "a wrong enumeration value",
      () => bridge,
      "supabase:index/project:Project",
      { organizationId: "o", name: "n", region: "ap-northeast-2", databasePassword: "12345678", instanceSize: "gigantic" },
      /instanceSize/,
    ],
  ];
  it.each(cases)("refuses %s, naming type and property", async (_name, engine, token, inputs, words) => {
    const { failures } = await engine().check(token, "x", inputs);
    expect(failures.map(({ property, reason }) => `${property}: ${reason}`).join("\n")).toMatch(words);
  });
});

describe("a physical name that is taken", () => {
  it.each([
    ["an R2 bucket", "bucket", () => other, "The bucket you tried to create already exists"],
    ["a queue", "queue", () => other, "is already taken"],
    ["a DNS record", "record", () => other, "An identical record already exists"],
    ["a Worker", "keeper", () => other, "already exists on this account"],
    ["a custom domain of a bucket", "files-domain", () => other, "already connected"],
  ])("in another stack: %s is refused", async (_what, name, engine, words) => {
    const { token, inputs } = declared.find((each) => each.name === name)!;
    await expect(engine().create(token, "mine", inputs(made))).rejects.toThrow(words);
  });

  it.each([
    ["a Vercel project", "web", /already exists\. Please use a different name/],
    ["a Vercel domain", "web-domain", /already in use by one of your projects/],
    ["a Supabase project", "database", /Project name already exists in your organization/],
  ])("in another stack: %s is refused", async (_what, name, words) => {
    const engine = running.engine("terraform-provider", "prod");
    const { token, inputs } = declared.find((each) => each.name === name)!;
    await expect(engine.create(token, "mine", inputs(made))).rejects.toThrow(words);
  });

  it.each([
    ["service", /Error 409: Resource 'api' already exists/],
    ["secret", /Error 409: Secret \[projects\/chisan-staging\/secrets\/jwt-secret\] already exists/],
    ["runtime", /Error 409: Service account api-runtime already exists/],
    ["network", /Error 409: The resource 'projects\/chisan-staging\/global\/networks\/api-network' already exists/],
    ["images", /Error 409: the repository already exists/],
  ])("within a stack, under another logical name: %s is refused", async (name, words) => {
    await expect(gcp.create(declared.find((each) => each.name === name)!.token, "second", inputsOf(name))).rejects.toThrow(words);
  });

  it("is free again after a delete, and carries on when the same resource is created again after a kill", async () => {
    const inputs = { accountId: account, name: "once" };
    const first = await cloudflare.create(bucket, "once", inputs);
    const again = await cloudflare.create(bucket, "once", inputs);
    expect(again).toEqual(first);
    await expect(cloudflare.create(bucket, "twice", inputs)).rejects.toThrow("already exists");
    await cloudflare.delete(first);
    expect((await cloudflare.create(bucket, "twice", inputs)).id).toBe("once");
  });

  it("goes to one of two concurrent creates on two connections", async () => {
    const results = await Promise.allSettled(
      Array.from({ length: 6 }, (_, at) =>
        (at % 2 ? cloudflare : other).create(bucket, `race-${at}`, { accountId: account, name: "raced" }),
      ),
    );
    expect(results.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    expect(running.servers.world.list(bucket).filter(({ outputs }) => outputs.name === "raced")).toHaveLength(1);
  });
});

describe("a dangling reference", () => {
  it.each<[string, () => EngineClient, string, () => { [property: string]: unknown }, RegExp]>([
    [
      "a version of no secret",
      () => gcp,
      "gcp:secretmanager/secretVersion:SecretVersion",
      () => ({ secret: `projects/${project}/secrets/none`, secretData: "x" }),
      /404: Secret \[projects\/chisan-staging\/secrets\/none\] not found/,
    ],
    [
      "a grant on no service",
      () => gcp,
      "gcp:cloudrunv2/serviceIamMember:ServiceIamMember",
      () => ({ project, location: "asia-northeast3", name: "none", role: "roles/run.invoker", member: "allUsers" }),
      /404: Resource 'none' of kind 'SERVICE'/,
    ],
    [
      "a grant to no service account",
      () => gcp,
      "gcp:projects/iAMMember:IAMMember",
      () => ({ project, role: "roles/viewer", member: `serviceAccount:none@${project}.iam.gserviceaccount.com` }),
      /Service account none@.* does not exist/,
    ],
    [
      "a lifecycle on no bucket",
      () => cloudflare,
      "cloudflare:index/r2BucketLifecycle:R2BucketLifecycle",
      () => ({ ...inputsOf("lifecycle"), bucketName: "none" }),
      /bucket does not exist/,
    ],
    [
      "a consumer of no queue",
      () => cloudflare,
      "cloudflare:index/queueConsumer:QueueConsumer",
      () => ({ ...inputsOf("consumer"), queueId: "0".repeat(32) }),
      /Queue does not exist/,
    ],
    [
      "a Worker bound to no bucket",
      () => cloudflare,
      "cloudflare:index/workersScript:WorkersScript",
      () => ({ ...inputsOf("keeper"), scriptName: "k2", bindings: [{ type: "r2_bucket", name: "B", bucketName: "none" }] }),
      /R2 bucket 'none' not found/,
    ],
    [
      "a token for no bucket",
      () => cloudflare,
      "cloudflare:index/accountToken:AccountToken",
      () => ({
        ...inputsOf("r2-token"),
        policies: [
          {
            effect: "allow",
            permissionGroups: [{ id: "0".repeat(32) }],
            resources: `{"com.cloudflare.edge.r2.bucket.${account}_default_none":"*"}`,
          },
        ],
      }),
      /bucket of the resource .* does not exist/,
    ],
    [
      "a record in no zone",
      () => cloudflare,
      "cloudflare:index/dnsRecord:DnsRecord",
      () => ({ ...inputsOf("record"), zoneId: "not-a-zone" }),
      /Could not route to \/client\/v4\/zones\/not-a-zone/,
    ],
    [
      "a variable of no project",
      () => bridge,
      "vercel:index/projectEnvironmentVariable:ProjectEnvironmentVariable",
      () => ({ ...inputsOf("variable"), projectId: "prj_none" }),
      /Project not found: prj_none/,
    ],
    [
      "settings of no project",
      () => bridge,
      "supabase:index/settings:Settings",
      () => ({ projectRef: "abcdefghijklmnopqrst", sslEnforcement: true }),
      /Project not found: abcdefghijklmnopqrst/,
    ],
    [
      "a subnetwork of no network",
      () => gcp,
      "gcp:compute/subnetwork:Subnetwork",
      () => ({ ...inputsOf("subnetwork"), name: "s2", network: "none", ipCidrRange: "10.9.0.0/26" }),
      /404: The resource 'projects\/chisan-staging\/global\/networks\/none' was not found/,
    ],
  ])("%s is refused", async (_what, engine, token, inputs, words) => {
    await expect(engine().create(token, "dangling", inputs())).rejects.toThrow(words);
  });
});

describe("Cloud Run", () => {
  const template = (changes: object): { [property: string]: unknown } => ({
    ...inputsOf("service"),
    name: "second",
    traffics: undefined,
    template: { ...(inputsOf("service").template as object), revision: undefined, ...changes },
  });
  const container = (changes: object): object => ({ containers: [{ image: "us-docker.pkg.dev/cloudrun/container/hello", ...changes }] });
  it.each<[string, () => { [property: string]: unknown }, RegExp]>([
    [
      "a runtime account that does not exist",
      () => template({ serviceAccount: `ghost@${project}.iam.gserviceaccount.com` }),
      /Service account ghost@.* was not found/,
    ],
    [
      "a secret that does not exist",
      () => template(container({ envs: [{ name: "A", valueSource: { secretKeyRef: { secret: "none", version: "1" } } }] })),
      /envs A: Secret projects\/chisan-staging\/secrets\/none\/versions\/1 was not found/,
    ],
    [
      "a version that does not exist",
      () => template(container({ envs: [{ name: "A", valueSource: { secretKeyRef: { secret: "jwt-secret", version: "7" } } }] })),
      /versions\/7 was not found/,
    ],
    [
      "a runtime account without access to the secret",
      () =>
        template({
          serviceAccount: undefined,
          ...container({ envs: [{ name: "A", valueSource: { secretKeyRef: { secret: "jwt-secret", version: "1" } } }] }),
        }),
      /Permission denied on secret: projects\/chisan-staging\/secrets\/jwt-secret\/versions\/1 for Revision service account \d+-compute@/,
    ],
    [
      "an image of a repository that does not exist",
      () => template(container({ image: `asia-northeast3-docker.pkg.dev/${project}/none/api:1` })),
      /Image .* not found/,
    ],
    [
      "an environment variable of the system",
      () => template(container({ envs: [{ name: "PORT", value: "1" }] })),
      /reserved env names were provided: PORT/,
    ],
    ["a revision of another service", () => template({ revision: "first-1" }), /must be prefixed by the service name "second-"/],
    [
      "traffic that does not sum to 100",
      () => ({ ...template({}), traffics: [{ type: "TRAFFIC_TARGET_ALLOCATION_TYPE_LATEST", percent: 90 }] }),
      /must be 100, got 90/,
    ],
    [
      "traffic to a revision that does not exist",
      () => ({ ...template({}), traffics: [{ type: "TRAFFIC_TARGET_ALLOCATION_TYPE_REVISION", revision: "second-9", percent: 100 }] }),
      /Revision 'second-9' of service 'second' was not found/,
    ],
    ["a name that is too long", () => ({ ...template({}), name: "a".repeat(50) }), /must be less than 50 characters/],
    ["a region that does not exist", () => ({ ...template({}), location: "asia-northeast9" }), /Unknown region/],
  ])("refuses %s", async (_what, inputs, words) => {
    await expect(gcp.create(service, "second", inputs())).rejects.toThrow(words);
  });

  it("makes a revision for each change of the template, and refuses other content under an old revision's name", async () => {
    const inputs = {
      ...inputsOf("service"),
      name: "canary",
      template: { ...container({}), revision: "canary-1" },
      traffics: [{ type: "TRAFFIC_TARGET_ALLOCATION_TYPE_REVISION", revision: "canary-1", percent: 100 }],
    };
    const first = await gcp.create(service, "canary", inputs);
    expect(first.outputs.latestReadyRevision).toMatch(/\/revisions\/canary-1$/);
    const split = [
      { type: "TRAFFIC_TARGET_ALLOCATION_TYPE_REVISION", revision: "canary-1", percent: 95 },
      { type: "TRAFFIC_TARGET_ALLOCATION_TYPE_REVISION", revision: "canary-2", percent: 5 },
    ];
    const second = await gcp.update(first, {
      ...inputs,
      template: { ...container({ args: ["v2"] }), revision: "canary-2" },
      traffics: split,
    });
    expect(second.outputs.latestReadyRevision).toMatch(/\/revisions\/canary-2$/);
    expect(second.outputs).toMatchObject({
      uid: first.outputs.uid,
      uri: first.outputs.uri,
      createTime: first.outputs.createTime,
      trafficStatuses: [{ percent: 95 }, { percent: 5 }],
    });
    await expect(gcp.update(second, { ...inputs, template: { ...container({ args: ["v3"] }), revision: "canary-1" } })).rejects.toThrow(
      "Revision named 'canary-1' with different configuration already exists",
    );
    expect(
      running.servers.world
        .list("gcp:run/revision")
        .filter(({ inputs: { service: of } }) => of === first.id)
        .map(({ inputs: { revision } }) => revision),
    ).toEqual(["canary-1", "canary-2"]);
    await gcp.delete(second);
    expect(running.servers.world.list("gcp:run/revision").filter(({ inputs: { service: of } }) => of === first.id)).toEqual([]);
  });
});

describe("an update that the vendor does not carry out", () => {
  it("fails the preview: the region of a Supabase project", async () => {
    await expect(bridge.diff(made.database!, { ...inputsOf("database"), region: "us-east-1" })).rejects.toThrow(
      /Update is not supported for this attribute: region/,
    );
  });

  it("replaces where the vendor replaces, the old one first when both would have one name", async () => {
    const moved = await cloudflare.diff(made.bucket!, { ...inputsOf("bucket"), location: "weur" });
    expect([moved.getReplacesList(), moved.getDeletebeforereplace()]).toEqual([["location"], true]);
    const renamed = await cloudflare.diff(made.bucket!, { ...inputsOf("bucket"), name: "chisan-other" });
    expect([renamed.getReplacesList(), renamed.getDeletebeforereplace()]).toEqual([["name"], false]);
    expect(renamed.getDetaileddiffMap().get("name")!.getKind()).toBe(5);
  });

  it("replaces a resource whose name the engine made without deleting it first", async () => {
    const unnamed = { ...inputsOf("network"), name: undefined };
    const network = await gcp.create("gcp:compute/network:Network", "Auto_Net", unnamed);
    expect(network.outputs.name).toMatch(/^auto-net-[0-9a-f]{7}$/);
    expect(await gcp.isSettled(network, unnamed)).toBe(true);
    const diff = await gcp.diff(network, { ...unnamed, description: "new" });
    expect([diff.getReplacesList(), diff.getDeletebeforereplace()]).toEqual([["description"], false]);
  });

  it("leaves alone what the program ignores", async () => {
    expect((await cloudflare.diff(made.bucket!, { ...inputsOf("bucket"), location: "weur" }, ["location"])).getReplacesList()).toEqual([]);
  });
});

describe("a delete", () => {
  const destroyed = async (engine: EngineClient, resource: Managed): Promise<void> => engine.delete(resource);

  it("is refused under deletionProtection (which is the default), and done after it is taken off", async () => {
    const inputs = { ...inputsOf("job"), deletionProtection: undefined };
    const job = await gcp.create("gcp:cloudrunv2/job:Job", "protected", { ...inputs, name: "protected" });
    await expect(destroyed(gcp, job)).rejects.toThrow("cannot destroy job without setting deletion_protection=false");
    const open = await gcp.update(job, { ...inputs, name: "protected", deletionProtection: false });
    await destroyed(gcp, open);
    expect(await gcp.refresh(open)).toBeUndefined();
    // Deleting what is gone already is no error.
    await destroyed(gcp, open);
  });

  it.each([
    ["a network with subnetworks", () => gcp, "network", /is already being used by/],
    ["a URL map in use", () => gcp, "url-map", /is already being used by/],
    ["a queue with event notifications", () => cloudflare, "queue", /used by an event notification/],
  ])("is refused for %s", async (_what, engine, name, words) => {
    await expect(destroyed(engine(), made[name]!)).rejects.toThrow(words);
    expect(await engine().refresh(made[name]!)).toBeDefined();
  });

  it("is refused for a bucket that is not empty", async () => {
    await expect(destroyed(cloudflare, await cloudflare.create(bucket, "full", { accountId: account, name: "full" }))).rejects.toThrow(
      "not empty (3 objects)",
    );
  });

  it("takes with it what cannot be without: a bucket's settings", async () => {
    const parent = await cloudflare.create(bucket, "parent", { accountId: account, name: "parent" });
    const lock = await cloudflare.create("cloudflare:index/r2BucketLock:R2BucketLock", "parent-lock", {
      ...inputsOf("lock"),
      bucketName: "parent",
    });
    await destroyed(cloudflare, parent);
    expect(await cloudflare.refresh(lock)).toBeUndefined();
  });

  it("destroys a secret's version, whose number never comes back", async () => {
    const { secret: parent } = inputsOf("version");
    const second = await gcp.create("gcp:secretmanager/secretVersion:SecretVersion", "second", { secret: parent, secretData: "two" });
    expect(second.outputs.version).toBe("2");
    await destroyed(gcp, second);
    expect(
      (await gcp.create("gcp:secretmanager/secretVersion:SecretVersion", "third", { secret: parent, secretData: "three" })).outputs.version,
    ).toBe("3");
  });
});

describe("the vendors' limits at create", () => {
  it.each<[string, () => EngineClient, string, () => { [property: string]: unknown }, RegExp]>([
    [
      "a bucket name that R2 does not take",
      () => cloudflare,
      bucket,
      () => ({ accountId: account, name: "Chisan_Files" }),
      /bucket name is not valid/,
    ],
    ["an account that is not one", () => cloudflare, bucket, () => ({ accountId: "chisan", name: "abc" }), /Could not route to/],
    [
      "a service account ID that is too short",
      () => gcp,
      "gcp:serviceaccount/account:Account",
      () => ({ project, accountId: "api" }),
      /6 to 30 characters/,
    ],
    [
      "an API that is not enabled",
      () => gcp,
      "gcp:secretmanager/secret:Secret",
      () => ({ project: "chisan-fresh", secretId: "s", replication: { auto: {} } }),
      /403: Secret Manager API has not been used in project \d+ before or it is disabled/,
    ],
    ["no project at all", () => gcp, "gcp:compute/network:Network", () => ({ name: "n" }), /project is required|project: required/],
    [
      "a region that Supabase does not have",
      () => bridge,
      "supabase:index/project:Project",
      () => ({ ...inputsOf("database"), name: "x", region: "ap-northeast-9" }),
      /region "ap-northeast-9" is not one of/,
    ],
    [
      "a database password of three characters",
      () => bridge,
      "supabase:index/project:Project",
      () => ({ ...inputsOf("database"), name: "x", databasePassword: secret("abc") }),
      /at least 4 characters/,
    ],
    [
      "a misspelt setting inside Supabase's JSON",
      () => bridge,
      "supabase:index/settings:Settings",
      () => ({ projectRef: made.database!.id, auth: '{"site_ulr":"https://app.chisan.app"}' }),
      /auth: \/site_ulr is unknown/,
    ],
    [
      "a setting of the wrong type inside Supabase's JSON",
      () => bridge,
      "supabase:index/settings:Settings",
      () => ({ projectRef: made.database!.id, api: '{"max_rows":-1}' }),
      /api: \/max_rows must be >= 0/,
    ],
    [
      "a sensitive variable for development",
      () => bridge,
      "vercel:index/projectEnvironmentVariable:ProjectEnvironmentVariable",
      () => ({ projectId: made.web!.id, key: "K", value: "v", targets: ["development"], sensitive: true }),
      /development must set sensitive to false/,
    ],
    [
      "a variable that exists for the same target",
      () => bridge,
      "vercel:index/projectEnvironmentVariable:ProjectEnvironmentVariable",
      () => ({ projectId: made.web!.id, key: "API_URL", value: "v", targets: ["preview"], sensitive: true }),
      /Another environment variable exists with name "API_URL"/,
    ],
    [
      "a CNAME beside an A record",
      () => cloudflare,
      "cloudflare:index/dnsRecord:DnsRecord",
      () => ({ zoneId: zone, name: "app-staging.chisan.app", type: "A", content: "203.0.113.9", ttl: 1 }),
      /A, AAAA, or CNAME record with that host already exists/,
    ],
    [
      "eleven address ranges in one firewall rule",
      () => gcp,
      "gcp:compute/securityPolicy:SecurityPolicy",
      () => ({
        project,
        name: "p2",
        rules: [
          {
            action: "allow",
            priority: 2147483647,
            match: { versionedExpr: "SRC_IPS_V1", config: { srcIpRanges: Array.from({ length: 11 }, (_, at) => `10.0.${at}.0/24`) } },
          },
        ],
      }),
      /srcIpRanges must have 1 to 10 elements, got 11/,
    ],
    [
      "a subnetwork that overlaps another",
      () => gcp,
      "gcp:compute/subnetwork:Subnetwork",
      () => ({ ...inputsOf("subnetwork"), name: "s3", ipCidrRange: "10.8.0.32/27" }),
      /conflicts with existing subnetwork 'api-subnetwork'/,
    ],
  ])("refuse %s", async (_what, engine, token, inputs, words) => {
    await expect(engine().create(token, "limit", inputs())).rejects.toThrow(words);
  });
});

describe("what is not modelled", () => {
  it("passes Check, and is never created, not even in a preview", async () => {
    const token = "gcp:pubsub/topic:Topic";
    expect((await gcp.check(token, "topic", { project, name: "t" })).failures).toEqual([]);
    await expect(gcp.create(token, "topic", { project, name: "t" })).rejects.toThrow(
      /^CHI-S110 the sandbox does not model gcp:pubsub\/topic:Topic: see sandbox\/providers\/models\/README\.md/,
    );
    await expect(gcp.create(token, "topic", { project, name: "t" }, true)).rejects.toThrow("CHI-S110");
    await expect(bridge.invoke("vercel:index/getDeployment:getDeployment", { id: "x" })).rejects.toThrow(
      "CHI-S114 the sandbox does not model the function vercel:index/getDeployment:getDeployment",
    );
  });

  it("is refused by a seed that is given: an account, a zone or a project outside it", async () => {
    const seeded = await RunningServers.start({
      seed: { cloudflareAccounts: [], cloudflareZones: [{ id: zone, name: "chisan.app", accountId: account }], gcpProjects: [] },
    });
    try {
      const engine = seeded.engine("cloudflare");
      await expect(engine.create(bucket, "b", { accountId: account, name: "abc" })).rejects.toThrow("Could not route to");
      await expect(
        engine.create("cloudflare:index/dnsRecord:DnsRecord", "r", {
          zoneId: zone,
          name: "app.example.com",
          type: "A",
          content: "203.0.113.9",
          ttl: 1,
        }),
      ).rejects.toThrow("is not in the zone chisan.app");
      await expect(
        seeded.engine("gcp").create("gcp:projects/service:Service", "s", { project, service: "run.googleapis.com" }),
      ).rejects.toThrow("Permission denied on resource project chisan-staging");
    } finally {
      await seeded.stop();
    }
  });
});
