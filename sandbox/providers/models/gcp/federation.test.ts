import type { JsonObject } from "../../../world/world";
import type { EngineClient } from "../../testing/engine-client";
import { RunningServers } from "../../testing/running-servers";
import { record, situation } from "../../testing/situation";
import { federation } from "./federation";

const project = "chisan-staging";
const poolType = "gcp:iam/workloadIdentityPool:WorkloadIdentityPool";
const providerType = "gcp:iam/workloadIdentityPoolProvider:WorkloadIdentityPoolProvider";
const provider: JsonObject = {
  project,
  workloadIdentityPoolId: "deploy",
  workloadIdentityPoolProviderId: "github",
  attributeMapping: { "google.subject": "assertion.run_id", "attribute.deployment": "assertion.repository_id" },
  attributeCondition: "assertion.repository_id == '74' && attribute.deployment != ''",
  oidc: { issuerUri: "https://token.actions.githubusercontent.com" },
};

describe("what Google refuses", () => {
  const enabled = record("gcp:projects/service:Service", "iam", {}, [`${project}/iam.googleapis.com`]);
  const validate = (token: string, inputs: JsonObject): void =>
    federation[token]!.validate!(situation(JSON.parse(JSON.stringify({ ...inputs })) as JsonObject, { records: [enabled] }));

  test("not these", () => {
    expect(() => validate(providerType, provider)).not.toThrow();
    expect(() => validate(poolType, { project, workloadIdentityPoolId: "deploy", displayName: "x".repeat(32) })).not.toThrow();
    const ownIssuer = { ...provider, attributeCondition: undefined as never, oidc: { issuerUri: "https://issuer.chisan.app" } };
    expect(() => validate(providerType, ownIssuer)).not.toThrow();
  });

  test.each([
    ["GitHub without a condition", { attributeCondition: undefined as never }, "must reference one of the provider's claims"],
    ["GitHub with a condition about nothing", { attributeCondition: "true" }, "must reference one of the provider's claims"],
    ["an attribute that is not mapped", { attributeCondition: "attribute.repository == 'x'" }, "attribute.repository, which is not mapped"],
    ["a condition of 4097 characters", { attributeCondition: `assertion.x == '${"x".repeat(4080)}'` }, "at most 4096 characters, got 4097"],
    ["no subject", { attributeMapping: { "attribute.deployment": "assertion.repository_id" } }, "must contain google.subject"],
    ["an attribute with a capital", { attributeMapping: { "google.subject": "assertion.sub", "attribute.runId": "1" } }, "attribute.runId"],
    ["an attribute of Google's own", { attributeMapping: { "google.subject": "assertion.sub", "google.name": "1" } }, "google.name"],
    [
      "51 attributes",
      {
        attributeMapping: {
          "google.subject": "assertion.sub",
          ...Object.fromEntries(Array.from({ length: 51 }, (_, n) => [`attribute.a${n}`, "assertion.sub"])),
        },
      },
      "At most 50 custom attributes",
    ],
    ["a mapping of 2049 characters", { attributeMapping: { "google.subject": "x".repeat(2049) } }, "at most 2048 characters, got 2049"],
    ["an issuer without TLS", { oidc: { issuerUri: "http://issuer.chisan.app" } }, "must be https"],
    ["11 audiences", { oidc: { issuerUri: "https://a.app", allowedAudiences: Array.from({ length: 11 }, String) } }, "At most 10"],
    ["a display name of 33 characters", { displayName: "x".repeat(33) }, "at most 32 characters, got 33"],
    ["a description of 257 characters", { description: "x".repeat(257) }, "at most 256 characters, got 257"],
  ] as [string, JsonObject, string][])("%s", (_, change, words) => {
    expect(() => validate(providerType, { ...provider, ...change })).toThrow(words);
  });

  test("a pool's long name, and an API that is off", () => {
    expect(() => validate(poolType, { project, workloadIdentityPoolId: "deploy", displayName: "x".repeat(33) })).toThrow("at most 32");
    const off = situation({ project, workloadIdentityPoolId: "deploy" });
    expect(() => federation[poolType]!.validate!(off)).toThrow("has not been used in project");
  });

  test("a deleted id for 30 days, and not one day more; what exists is not asked", () => {
    const name = `projects/${project}/locations/global/workloadIdentityPools/deploy`;
    const at = (deletedAt: string, previous?: ReturnType<typeof record>) =>
      situation(
        { project, workloadIdentityPoolId: "deploy" },
        { records: [enabled, record("gcp:iam/deletedFederation", name, { name, deletedAt })], previous },
      );
    // A situation is on 2026-11-23.
    const create = (deletedAt: string) => () => federation[poolType]!.validate!(at(deletedAt));
    expect(create("2026-11-22T00:00:00Z")).toThrow(/409: .*its id free from 2026-12-22/);
    expect(create("2026-10-24T00:00:01Z")).toThrow("409");
    expect(create("2026-10-24T00:00:00Z")).not.toThrow();
    expect(() => federation[poolType]!.validate!(at("2026-11-22T00:00:00Z", record(poolType, name, {})))).not.toThrow();
  });
});

describe("as a whole", () => {
  let running: RunningServers;
  let gcp: EngineClient;
  const pool = (id: string) => gcp.create(poolType, id, { project, workloadIdentityPoolId: id });
  const inPool = (id: string) => gcp.create(providerType, `${id}-github`, { ...provider, workloadIdentityPoolId: id } as never);

  beforeAll(async () => {
    running = await RunningServers.start();
    gcp = running.engine("gcp", "staging");
    await gcp.create("gcp:projects/service:Service", "iam", { project, service: "iam.googleapis.com", disableOnDestroy: false });
  });
  afterAll(() => running.stop());

  test("names have the project's number, as principals do", async () => {
    const made = await pool("numbered");
    const name = made.outputs.name as unknown as string;
    expect(name).toMatch(/^projects\/\d{12}\/locations\/global\/workloadIdentityPools\/numbered$/);
    expect((await inPool("numbered")).outputs.name).toBe(`${name}/providers/github`);
  });

  test("a provider needs its pool, and its id once", async () => {
    await expect(inPool("nowhere")).rejects.toThrow("Error 404: Requested entity was not found");
    await pool("once");
    await inPool("once");
    await expect(gcp.create(providerType, "twice", { ...provider, workloadIdentityPoolId: "once" } as never)).rejects.toThrow("Error 409");
    await expect(gcp.create(poolType, "again", { project, workloadIdentityPoolId: "once" })).rejects.toThrow("Error 409");
  });

  test("a deleted pool takes its providers with it, and its id stays taken: a pool of another id is made at once", async () => {
    const gone = await pool("gone-0001");
    await inPool("gone-0001");
    await gcp.delete(gone);
    expect(running.servers.world.list(providerType).filter(({ id }) => id.includes("gone-0001"))).toEqual([]);
    await expect(pool("gone-0001")).rejects.toThrow(/Error 409: .* is deleted, and its id free from \d{4}-\d\d-\d\d/);
    await expect(pool("gone-0002")).resolves.toBeDefined();
  });

  test("so does a provider within a pool that stays", async () => {
    await pool("stays");
    await gcp.delete(await inPool("stays"));
    await expect(inPool("stays")).rejects.toThrow(/Error 409: .*providers\/github is deleted/);
  });
});
