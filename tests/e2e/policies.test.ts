/** The policies on the real engine: what they refuse does not happen, and nothing passes because a policy could not be asked. */
import { cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { repositoryRoot } from "../../sandbox/control/paths";
import { ProgramCopy } from "./support/program-copy";
import { SmallProject, writePolicyPack } from "./support/small-project";
import { TestSandbox } from "./support/test-sandbox";

describe("policies", () => {
  let sandbox: TestSandbox;
  let small: SmallProject;
  let packs: string;

  beforeAll(async () => {
    sandbox = new TestSandbox();
    small = new SmallProject(join(sandbox.directory, "small"), "small");
    // The packs' nodeargs name files below the program's folder; a copy can be broken.
    packs = join(small.directory, "policies");
    cpSync(join(repositoryRoot, "policies"), packs, { recursive: true });
    for (const name of ["toolchain", "config", "components", "ops", "sandbox", "stacks", "supabase", "workers"]) symlinkSync(join(repositoryRoot, name), join(small.directory, name));
    mkdirSync(join(small.directory, ".chisan"));
    // Pulumi's own PolicyPack takes its version from the program's, as this repository's has it.
    writeFileSync(join(small.directory, "package.json"), JSON.stringify({ name: "small", version: "0.1.0", private: true, main: "index.js" }));
    small.program(`const pulumi = require("@pulumi/pulumi");
new pulumi.ComponentResource("test:index:Plain", "plain", {});
`);
    await sandbox.chisan("sandbox", "start");
    await sandbox.makeStack("rehearsed", small.directory);
    // An exemption names one of the environments.
    await sandbox.makeStack("staging", small.directory);
  });
  afterAll(() => sandbox.dispose());

  test("prod's preview has every pack, ends with what is not decided, and says so in its JSON", async () => {
    const ended = await sandbox.chisan("preview", "prod", "--json", "--sarif", join(sandbox.directory, "prod.sarif"));
    const { policies } = JSON.parse(ended.stdout) as { policies: { violations: unknown[]; undecided: unknown[]; exemptions: unknown[] } };
    expect({ code: ended.code, violations: policies.violations, exemptions: policies.exemptions }).toEqual({ code: 0, violations: [], exemptions: [] });
    expect(policies.undecided.length).toBeGreaterThan(0);
    const { runs } = JSON.parse(readFileSync(join(sandbox.directory, "prod.sarif"), "utf8")) as { runs: { results: { kind: string }[] }[] };
    expect(runs[0]?.results.length).toBe(policies.undecided.length);
  });

  test("a plain `pulumi preview --policy-pack` runs a pack", async () => {
    const ended = await sandbox.bash("pulumi preview -s prod --policy-pack policies/least-privilege");
    expect(ended.text).toContain("least-privilege@v0.1.0");
    expect(ended.code).toBe(0);
  });

  test("a violation: exit code 3, a table with what and fix, and `up` has touched nothing", async () => {
    const pack = writePolicyPack(join(sandbox.directory, "refusing"), "supabase:index/project:Project");
    for (const operation of ["preview", "up"]) {
      const ended = await sandbox.chisan(operation, "prod", "--", "--policy-pack", pack);
      expect(ended.code).toBe(3);
      expect(ended.stdout).toMatch(/^Policies: 1 violation\nPolicy +Resource +What/m);
      expect(ended.stdout).toMatch(/^refuse-one-type +database-project /m);
      // The CLI's own list is replaced by it.
      expect(ended.stdout).not.toContain("[mandatory]");
    }
    expect(sandbox.state("prod").resources).toEqual([]);
  });

  test("the policies' own violation stops a plain preview and a plain `up`", async () => {
    await withChange("least-privilege/no-basic-roles.ts", (text) => `${text}\nObject.assign(noBasicRoles, { types: "all", check: (_: unknown, report: (what: string) => void) => report("refused here") });\n`, async () => {
      for (const command of ["preview", "up --yes --skip-preview"]) {
        const ended = await rehearse(command);
        expect(ended.text).toMatch(/\[mandatory\].*no-basic-roles[\s\S]*refused here; fix: /);
        expect(ended.code).not.toBe(0);
      }
    });
  });

  test("a difference between environments that nothing declares stops the preview of the one that it is in, and no other", async () => {
    const copy = new ProgramCopy(join(sandbox.directory, "program"));
    for (const folder of ["ops", "policies", "sandbox"]) cpSync(join(repositoryRoot, folder), join(copy.directory, folder), { recursive: true });
    mkdirSync(join(copy.directory, ".chisan"));
    const preview = (stack: string) => sandbox.pulumi(["preview", "-s", stack, "--policy-pack", "policies/environment-parity"], copy.directory);
    await copy.broken("stacks/cloud-environment.ts", /cpu: specification\.cpu,/, 'cpu: slug === "dr" ? "2" : specification.cpu,', async () => {
      const refused = await preview("chisan-dr");
      expect(refused.text).toMatch(/\[mandatory\].*twins-alike[\s\S]*api-‹region› template\.containers\[0\]\.resources\.limits\.cpu is "2" in chisan-dr and "1" in prod/);
      expect(refused.code).not.toBe(0);
      const staging = await preview("staging");
      expect(staging.text).toContain("environment-parity@v0.1.0");
      expect([staging.code, staging.text.includes("[mandatory]")]).toEqual([0, false]);
    });
  });

  test("a policy that throws fails the run with one line, and prints no value", async () => {
    const throwing = `\nObject.assign(noBasicRoles, { types: "all", check: () => JSON.parse("canary-5e1f") });\n`;
    await withChange("least-privilege/no-basic-roles.ts", (text) => text + throwing, async () => {
      const ended = await rehearse("preview");
      expect(ended.code).not.toBe(0);
      expect(ended.text).toMatch(/CHI-P002 policy "no-basic-roles" failed on urn:pulumi:rehearsed::small.*SyntaxError/);
      expect(ended.text).not.toContain("canary-5e1f");
    });
  });

  test.each([
    ["a pack that does not load", "least-privilege/policies.ts", "import './none';", /CHI-P003 the policy pack least-privilege does not load: .*none/],
    ["an expired exemption", "exemptions.yaml", exemption("2020-01-31"), /CHI-P015 exemption 1 \(no-basic-roles for .*expired on 2020-01-31/],
    ["an exemption from no policy", "exemptions.yaml", exemption("2099-01-31").replace("no-basic-roles", "none"), /CHI-P011 .*no policy has the id "none"/],
  ])("%s fails the run with one line", async (_, file, text, message) => {
    await withChange(file, () => text, async () => {
      const ended = await rehearse("preview");
      expect(ended.text).toMatch(message);
      expect(ended.code).not.toBe(0);
    });
  });

  test("an exemption excuses one resource until its day, and its use is printed; from the day after it stops the run", async () => {
    // Half a year is the most that there is.
    const soon = new Date(Date.now() + 30 * 86_400_000).toISOString().slice(0, 10);
    const entry = (expires: string, resource = "test:index:Plain::plain") =>
      exemption(expires).replace("no-basic-roles", "reviewed-types").replace(/resource: .*/, `resource: "urn:pulumi:staging::small::${resource}"`);
    const withEntry = (text: string, work: (ended: Awaited<ReturnType<typeof rehearse>>) => void) => withChange("exemptions.yaml", () => text, async () => work(await rehearse("preview", "staging")));

    const without = await rehearse("preview", "staging");
    expect(without.text).toMatch(/\[mandatory\].*reviewed-types[\s\S]*plain is a test:index:Plain/);
    expect(without.code).not.toBe(0);
    await withEntry(entry(soon), ({ text, code }) => {
      expect(text).toMatch(/\[advisory\].*reviewed-types[\s\S]*exempted until \d{4}-\d\d-\d\d: plain is a test:index:Plain.*; Security Lead: The vendor's importer needs it for now\./);
      expect(text).toContain(`exempted until ${soon}`);
      expect(code).toBe(0);
    });
    await withEntry(entry("2020-01-31"), ({ text, code }) => {
      expect(text).toContain("CHI-P015 exemption 1 (reviewed-types for urn:pulumi:staging::small::test:index:Plain::plain) expired on 2020-01-31");
      expect(code).not.toBe(0);
    });
    await withEntry(entry(soon, "test:index:Plain::another"), ({ text, code }) => {
      expect(text).toContain("CHI-P016 the exemption from reviewed-types for urn:pulumi:staging::small::test:index:Plain::another matches no resource");
      expect(code).not.toBe(0);
    });
  });

  test("where nothing is preloaded, the same pack says the same on Pulumi's own start and server", async () => {
    await withChange("least-privilege/PulumiPolicy.yaml", (text) => text.replace(/^ +nodeargs: .*\n/m, ""), async () => {
      const ended = await rehearse("preview", "staging", "PULUMI_NODEJS_TRANSPILE_ONLY=true");
      expect(ended.text).toMatch(/least-privilege@v0\.1\.0[\s\S]*\[mandatory\].*reviewed-types[\s\S]*plain is a test:index:Plain/);
      expect(ended.code).not.toBe(0);
    });
  });

  /** A plain CLI on the small project, with the copied pack. */
  function rehearse(command: string, stack = "rehearsed", variables = "") {
    return sandbox.bash(`${variables} pulumi ${command} -s ${stack} --non-interactive --policy-pack '${join(packs, "least-privilege")}'`, { directory: small.directory });
  }

  async function withChange(name: string, change: (text: string) => string, work: () => Promise<void>): Promise<void> {
    const file = join(packs, name);
    const original = readFileSync(file, "utf8");
    writeFileSync(file, change(original));
    try {
      await work();
    } finally {
      writeFileSync(file, original);
    }
  }
});

function exemption(expires: string): string {
  return `exemptions:
  - policy: no-basic-roles
    resource: "urn:pulumi:prod::chisan::*::grant"
    reason: The vendor's importer needs it for now.
    owner: Security Lead
    expires: "${expires}"
`;
}
