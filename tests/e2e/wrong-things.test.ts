/** What the vendors would refuse, the rehearsal refuses: each mistake of this file fails, and its message names what is wrong. */
import { join } from "node:path";
import { ProgramCopy } from "./support/program-copy";
import { SmallProject } from "./support/small-project";
import { TestSandbox } from "./support/test-sandbox";

describe("wrong things", () => {
  let sandbox: TestSandbox;
  let copy: ProgramCopy;
  let small: SmallProject;

  beforeAll(async () => {
    sandbox = new TestSandbox();
    copy = new ProgramCopy(join(sandbox.directory, "program"));
    small = new SmallProject(join(sandbox.directory, "small"), "small");
    await sandbox.chisan("sandbox", "start");
    await sandbox.makeStack("small", small.directory);
  });
  afterAll(() => sandbox.dispose());

  /** Runs a command that must be refused, and returns what it said. */
  async function refusal(args: readonly string[], directory = small.directory): Promise<string> {
    const ended = await sandbox.pulumi(args, directory);
    if (ended.code === 0) throw new Error(`pulumi ${args.join(" ")} was not refused: ${ended.text}`);
    return ended.text;
  }

  async function works(args: readonly string[], directory = small.directory): Promise<string> {
    const ended = await sandbox.pulumi(args, directory);
    if (ended.code !== 0) throw new Error(`pulumi ${args.join(" ")} ended with ${ended.code}: ${ended.text}`);
    return ended.text;
  }

  describe("in CHISAN's own program", () => {
    test.each([
      ["a misspelt Cloud Run field forced through `as any`", /\blivenessProbe,/, "livenessProbee: livenessProbe,", /livenessProbee/],
      ["a value that is none of its enumeration", /EXECUTION_ENVIRONMENT_GEN2/, "EXECUTION_ENVIRONMENT_GEN3", /executionEnvironment/],
      ["a value of the wrong type", /\bmaxInstanceRequestConcurrency: [^,\n]+/, 'maxInstanceRequestConcurrency: "many"', /maxInstanceRequestConcurrency/],
    ])("%s fails the preview by name", async (_mistake, from, to, named) => {
      const said = await copy.broken("components/api-service-template.ts", from, to, () => refusal(["preview", "-s", "prod"], copy.directory));
      expect(said).toMatch(named);
      expect(said).toMatch(/resource 'api-asia-northeast\d'/);
    });

    test("unbroken it comes up, and prod's data are protected against a plain destroy", async () => {
      await works(["up", "-s", "prod", "--yes", "--skip-preview"], copy.directory);
      const before = sandbox.world().length;
      expect(await refusal(["destroy", "-s", "prod", "--yes"], copy.directory)).toMatch(/protect/);
      expect(sandbox.world()).toHaveLength(before);
    });
  });

  describe("in any program", () => {
    const service = (properties: string) => `
      const { Service } = require("@pulumi/gcp/cloudrunv2/service");
      const { Service: Api } = require("@pulumi/gcp/projects/service");
      const run = new Api("run", { project: "chisan-sandbox-small", service: "run.googleapis.com", disableOnDestroy: false });
      new Service("one", { name: "one", project: "chisan-sandbox-small", location: "asia-northeast3", ${properties} }, { dependsOn: run });
    `;
    const bucket = (name: string, account = "0123456789abcdef0123456789abcdef") =>
      `const { R2Bucket } = require("@pulumi/cloudflare/r2bucket"); new R2Bucket("bucket-${name}", { accountId: "${account}", name: "${name}" });`;

    test("a missing required property fails the preview by name", async () => {
      small.program(service(`template: { volumes: [{ secret: { items: [] } }], containers: [{ image: "us-docker.pkg.dev/cloudrun/container/hello" }] }`));
      expect(await refusal(["preview"])).toMatch(/(name|secret)/);
    });

    test("an unknown property of Cloudflare, Vercel, Supabase and random fails the preview: their real plugins would drop it", async () => {
      const programs: [string, string][] = [
        ["storageClas", `const { R2Bucket } = require("@pulumi/cloudflare/r2bucket"); new R2Bucket("b", { accountId: "0123456789abcdef0123456789abcdef", name: "bbb", storageClas: "Standard" });`],
        ["lenght", `const { RandomPassword } = require("@pulumi/random/randomPassword"); new RandomPassword("p", { length: 40, lenght: 41 });`],
      ];
      for (const [property, program] of programs) {
        // The SDK's classes pass on only what they know, so the mistake goes in below them, as a transformation may do.
        small.program(`
          const pulumi = require("@pulumi/pulumi");
          pulumi.runtime.registerStackTransformation(({ props, opts }) => ({ props: { ...props, ${property}: "x" }, opts }));
          ${program.replace(new RegExp(`, ${property}: [^}]*`), "")}
        `);
        expect(await refusal(["preview"])).toMatch(new RegExp(property));
      }
    });

    test("two things of one name are refused when they are made, and in two stacks as well", async () => {
      small.program(`${bucket("same-name")} new R2Bucket("again", { accountId: "0123456789abcdef0123456789abcdef", name: "same-name" });`);
      expect(await refusal(["up", "--yes", "--skip-preview"])).toMatch(/same-name|already exists/);
      const made = sandbox.world().filter(({ type, outputs }) => type.includes("r2Bucket") && outputs["name"] === "same-name");
      expect(made).toHaveLength(1);
      small.program("");
      await works(["up", "--yes", "--skip-preview"]);
    });

    test("a reference to what does not exist is refused when it is made", async () => {
      small.program(`
        const { R2BucketLifecycle } = require("@pulumi/cloudflare/r2bucketLifecycle");
        new R2BucketLifecycle("rules", { accountId: "0123456789abcdef0123456789abcdef", bucketName: "never-made", rules: [] });
      `);
      expect(await refusal(["up", "--yes", "--skip-preview"])).toMatch(/never-made|bucket does not exist|NoSuchBucket/);
      expect(sandbox.state("small", "small").resources.filter(({ id, type }) => id !== undefined && !type.startsWith("pulumi:"))).toEqual([]);
    });

    test("a Supabase project does not move to another region", async () => {
      const project = (region: string) => `
        const { Project } = require("@pulumi/supabase");
        new Project("database", { organizationId: "chisan-sandbox", name: "small", databasePassword: "a-password-of-32-characters-0123", region: "${region}", instanceSize: "micro" });
      `;
      small.program(project("ap-northeast-2"));
      await works(["up", "--yes", "--skip-preview"]);
      small.program(project("ap-northeast-1"));
      const said = await refusal(["up", "--yes", "--skip-preview"]);
      expect(said).toMatch(/region/);
      expect(said).toMatch(/not supported/);
      const records = sandbox.world().filter(({ type, outputs }) => type === "supabase:index/project:Project" && outputs["name"] === "small");
      expect(records.map(({ outputs }) => outputs["region"])).toEqual(["ap-northeast-2"]);
      small.program(project("ap-northeast-2"));
      expect(await works(["up", "--yes", "--skip-preview"])).toMatch(/2 unchanged/);
      small.program("");
      await works(["up", "--yes", "--skip-preview"]);
    });

    test("Cloud Run's deletionProtection stands until it is lifted", async () => {
      const template = `template: { containers: [{ image: "us-docker.pkg.dev/cloudrun/container/hello" }] }`;
      small.program(service(template));
      await works(["up", "--yes", "--skip-preview"]);
      const exists = () => sandbox.world().some(({ type }) => type === "gcp:cloudrunv2/service:Service");
      expect(await refusal(["destroy", "--yes"])).toMatch(/deletion_?[pP]rotection/);
      expect(exists()).toBe(true);
      small.program(service(`deletionProtection: false, ${template}`));
      await works(["up", "--yes", "--skip-preview"]);
      small.program("");
      await works(["up", "--yes", "--skip-preview"]);
      expect(sandbox.world().filter(({ outputs }) => outputs["name"] === "one" && outputs["location"] === "asia-northeast3")).toEqual([]);
    });

    test("Pulumi's protect stands until it is lifted", async () => {
      const password = (protect: boolean) => `
        const { RandomPassword } = require("@pulumi/random/randomPassword");
        new RandomPassword("kept", { length: 40 }, { protect: ${protect} });
      `;
      small.program(password(true));
      await works(["up", "--yes", "--skip-preview"]);
      expect(await refusal(["destroy", "--yes"])).toMatch(/protected/);
      small.program("");
      expect(await refusal(["up", "--yes", "--skip-preview"])).toMatch(/protected/);
      expect(sandbox.state("small", "small").resources.some(({ urn }) => urn.endsWith("::kept"))).toBe(true);
      small.program(password(false));
      await works(["up", "--yes", "--skip-preview"]);
      await works(["destroy", "--yes"]);
    });
  });
});
