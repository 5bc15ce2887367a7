/** `npx chisan parity` as an operator and a hook run it: on the programs alone, and on what is deployed. */
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Ajv from "ajv";
import { engineDirectory, repositoryRoot } from "../../sandbox/control/paths";
import { run, type Ended } from "./support/processes";
import { ProgramCopy } from "./support/program-copy";
import { TestSandbox } from "./support/test-sandbox";

interface Report {
  clean: boolean;
  comparisons: { sharedSecrets?: { a: string; b: string }[]; a: string; b: string; differences: { resource: string; property: string | null; a?: unknown; b?: unknown; declaredIn: string | null }[]; unused: { resources: string }[] }[];
}

const validate = new Ajv({ allowUnionTypes: true }).compile(JSON.parse(readFileSync(join(repositoryRoot, "ops/parity/parity-report.schema.json"), "utf8")) as object);

function report({ stdout }: Ended): Report {
  const json: unknown = JSON.parse(stdout);
  expect([validate(json), validate.errors]).toEqual([true, null]);
  return json as Report;
}

const undeclared = ({ comparisons }: Report) => comparisons.flatMap(({ differences }) => differences.filter(({ declaredIn }) => declaredIn === null));

describe("on the programs", () => {
  const directory = mkdtempSync(join(tmpdir(), "chisan-parity-"));
  const copy = new ProgramCopy(join(directory, "repository"));
  for (const folder of ["ops", "policies", "sandbox"]) cpSync(join(repositoryRoot, folder), join(copy.directory, folder), { recursive: true });
  mkdirSync(join(copy.directory, ".chisan"));
  symlinkSync(engineDirectory, join(copy.directory, ".chisan", "engine"));
  afterAll(() => rmSync(directory, { recursive: true, force: true }));

  /** With nothing of the caller's but what finds programs, and without a home: no login, no engine's folder. */
  const parity = (...args: string[]) =>
    run(process.execPath, [join(copy.directory, "ops/chisan.cjs"), "parity", ...args], { environment: { PATH: process.env["PATH"], HOME: join(directory, "nowhere") }, directory: copy.directory });

  test("this repository's environments differ in nothing undeclared, and nothing but the comparison is printed", async () => {
    const ended = await parity("--json");
    expect([ended.code, ended.stderr]).toEqual([0, ""]);
    expect(report(ended)).toMatchObject({ clean: true, comparisons: [{ a: "staging", b: "prod", unused: [] }, { a: "chisan-dr", b: "prod", unused: [] }] });
  });

  test("a probe's path of staging alone: the table names it, and the exit code says so", async () => {
    const ended = await copy.broken("components/api-service-template.ts", /^( +)livenessProbe,$/m, '$1livenessProbe: { ...livenessProbe, httpGet: { ...livenessProbe.httpGet, path: args.slug === "staging" ? "/health" : "/health/live" } },', () =>
      parity("staging", "prod"),
    );
    expect(ended.code).toBe(3);
    expect(ended.stdout).toMatch(/^api-‹backup region› +template\.containers\[0\]\.livenessProbe\.httpGet\.path +\/health +\/health\/live +UNDECLARED$/m);
    expect(ended.stdout).toMatch(/^api-‹region› +template\.containers\[0\]\.livenessProbe\.httpGet\.path +\/health +\/health\/live +UNDECLARED$/m);
    expect(ended.stderr).toBe(
      "CHI-Y001 2 undeclared differences between staging and prod: make them equal, or declare each difference with its reason " +
        "(a trait in stacks/*.ts with its rule in config/shape-parity-traits.ts, or config/shape-parity.ts)\n",
    );
  });

  test("one line in a stack: a size that no trait of chisan-dr says", async () => {
    const ended = await copy.broken("stacks/cloud-environment.ts", /cpu: specification\.cpu,/, 'cpu: slug === "dr" ? "2" : specification.cpu,', () => parity("--json"));
    expect(ended.code).toBe(3);
    expect(undeclared(report(ended))).toMatchObject([
      { resource: "api-‹region›", property: "template.containers[0].resources.limits.cpu", a: "2", b: "1" },
      { resource: "api-‹backup region›", property: "template.containers[0].resources.limits.cpu", a: "2", b: "1" },
    ]);
  });

  test("a declaration that explains nothing any more", async () => {
    const ended = await copy.broken("stacks/cloud-operations.ts", /everyMinutes: specification\.externalCheckMinutes/, "everyMinutes: 1", () => parity("staging", "prod", "--json"));
    expect(ended.code).toBe(3);
    expect(report(ended).comparisons[0]).toMatchObject({ unused: [{ resources: "checks-*", property: "frequency" }] });
    expect(ended.stderr).toContain("CHI-Y001 1 unused declaration between staging and prod");
  });

  test.each<[string[], string]>([
    [["prod"], "CHI-Y004 parity compares two environments, found only prod: npx chisan parity prod staging\n"],
    [["prod", "prod"], "CHI-Y004 parity compares two environments, found prod twice: npx chisan parity prod staging\n"],
    [["--cloud"], "CHI-Y007 --cloud says whose states are compared, and without --deployed none is: npx chisan parity --deployed --cloud\n"],
    [["dev", "prod"], "dev is a developer's machine and has no resource to compare: name one of staging, prod, chisan-dr"],
    [["test", "prod"], 'there is no environment "test": name one of staging, prod, chisan-dr'],
  ])("parity %j is an error, and no difference", async (args, message) => {
    const ended = await parity(...args);
    expect([ended.code, ended.stdout]).toEqual([1, ""]);
    expect(ended.stderr).toContain(message);
  });
});

describe("on what is deployed", () => {
  const sandbox = new TestSandbox();
  beforeAll(async () => {
    await sandbox.operate("up", "staging");
    await sandbox.operate("up", "prod");
  }, 600_000);
  afterAll(() => sandbox.dispose());

  const deployed = () => sandbox.chisan("parity", "staging", "prod", "--deployed", "--json");

  test("two environments as they were made differ in nothing undeclared, and no secret is shown", async () => {
    const ended = await deployed();
    expect(undeclared(report(ended))).toEqual([]);
    expect(report(ended).comparisons.map(({ sharedSecrets }) => sharedSecrets)).toEqual([[]]);
    expect(ended.code).toBe(0);
    const { stdout: secrets } = await sandbox.pulumi(["stack", "export", "--stack", "prod", "--show-secrets"]);
    const plain = [...secrets.matchAll(/"plaintext": "\\"([^"\\]{16,})\\""/g)].map(([, text = ""]) => text);
    expect(plain.length).toBeGreaterThan(10);
    for (const text of plain) expect(ended.text).not.toContain(text);
  });

  test("what was changed in one of them alone shows, a setting among secret ones too", async () => {
    const file = join(sandbox.directory, "state.json");
    await sandbox.pulumi(["stack", "export", "--stack", "staging", "--show-secrets", "--file", file]);
    const state = readFileSync(file, "utf8");
    const changed = state.replaceAll('"/health/live"', '"/health/alive"').replaceAll('jwt_exp\\\\\\":3600', 'jwt_exp\\\\\\":7200');
    expect(changed.length).toBeGreaterThan(state.length);
    writeFileSync(file, changed);
    expect((await sandbox.pulumi(["stack", "import", "--stack", "staging", "--file", file])).code).toBe(0);
    const ended = await deployed();
    expect(ended.code).toBe(3);
    expect(undeclared(report(ended)).map(({ resource, property }) => `${resource} ${property}`).sort()).toEqual([
      "api-‹backup region› template.containers[0].livenessProbe.httpGet.path",
      "api-‹region› template.containers[0].livenessProbe.httpGet.path",
      "database-settings auth.jwt_exp",
    ]);
    expect(ended.text).not.toContain("7200");
  });

  test("a secret that both have is told by its names, and its value is in no output", async () => {
    const canary = "canary-7c1e5b0d9a4f2836canary-7c1e5b0d9a";
    for (const stack of ["staging", "prod"]) {
      const file = join(sandbox.directory, `${stack}-shared.json`);
      await sandbox.pulumi(["stack", "export", "--stack", stack, "--show-secrets", "--file", file]);
      const state = JSON.parse(readFileSync(file, "utf8")) as { deployment: { resources: { urn: string; inputs?: Record<string, unknown> }[] } };
      const version = state.deployment.resources.find(({ urn }) => /SecretVersion::secrets-jwt-secret-v\d+$/.test(urn));
      expect(version?.inputs?.["secretData"]).toBeDefined();
      Object.assign(version?.inputs?.["secretData"] as object, { plaintext: JSON.stringify(canary) });
      writeFileSync(file, JSON.stringify(state));
      expect((await sandbox.pulumi(["stack", "import", "--stack", stack, "--file", file])).code).toBe(0);
    }
    const ended = await deployed();
    expect(ended.code).toBe(3);
    expect(report(ended).comparisons[0]?.sharedSecrets).toEqual([{ a: "JWT_SECRET", b: "JWT_SECRET" }]);
    expect(ended.stderr).toContain("shared secret");
    expect(ended.text).not.toContain("canary");
    const { text } = await sandbox.chisan("parity", "staging", "prod", "--deployed");
    expect(text).toContain("CHI-P020 JWT_SECRET of staging has the value of JWT_SECRET of prod");
    expect(text).not.toContain("canary");
  });

  test("an environment that is not there is an error, with the command that makes it", async () => {
    const ended = await sandbox.chisan("parity", "--deployed");
    expect([ended.code, ended.stdout]).toEqual([1, ""]);
    expect(ended.stderr).toContain("CHI-Y005");
    expect(ended.stderr).toContain("npx chisan up chisan-dr");
  });
});
