/** After `eval "$(npx chisan env)"` the plain CLI behaves as on any machine, and no credential of the shell reaches anything. */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { startedWith } from "./support/processes";
import { SmallProject, writePolicyPack } from "./support/small-project";
import { committedConfiguration, filesBelow, TestSandbox } from "./support/test-sandbox";

/** Credentials as they lie about in the shells of people who have real environments. */
const names = ["AWS_SECRET_ACCESS_KEY", "GOOGLE_CREDENTIALS", "CLOUDFLARE_API_TOKEN", "PULUMI_ACCESS_TOKEN", "SUPABASE_ACCESS_TOKEN", "VERCEL_API_TOKEN", "UNHEARD_OF_TOKEN"];
const canaries = Object.fromEntries(names.map((name) => [name, `canary-${name.toLowerCase()}-5f2c`]));

describe("plain pulumi", () => {
  const committed = committedConfiguration();
  let sandbox: TestSandbox;
  let small: SmallProject;
  /** Everything that the commands of this file have printed. */
  let printed = "";

  beforeAll(() => {
    sandbox = new TestSandbox();
    small = new SmallProject(join(sandbox.directory, "small"), "small");
    // A user's own Pulumi home and Google login, which a rehearsal must leave alone.
    mkdirSync(join(sandbox.directory, "home", ".pulumi"));
    writeFileSync(join(sandbox.directory, "home", ".pulumi", "credentials.json"), JSON.stringify({ accessTokens: { somewhere: canaries["PULUMI_ACCESS_TOKEN"] } }));
  });
  afterAll(() => sandbox.dispose());

  /** Runs a script in a shell that holds the canaries. */
  async function shell(script: string, directory?: string) {
    const ended = await sandbox.bash(script, { more: canaries, directory });
    printed += ended.text;
    return ended;
  }

  /** The same, for a script that must succeed. */
  async function works(script: string, directory?: string): Promise<string> {
    const ended = await shell(script, directory);
    if (ended.code !== 0) throw new Error(`${script}\nended with ${ended.code ?? ended.signal}:\n${ended.text}`);
    return ended.stdout;
  }

  test("`npx chisan env` prints exports and nothing else on stdout", async () => {
    const ended = await sandbox.bash(`npx chisan env; npx chisan env --json`, { more: canaries });
    const lines = ended.stdout.trim().split("\n");
    const json = JSON.parse(lines.pop() ?? "") as Record<string, string>;
    for (const line of lines) expect(line).toMatch(/^export [A-Z_]+='[^']*'(:"\$PATH")?$/);
    expect(json["PULUMI_BACKEND_URL"]).toBe(`file://${sandbox.paths.state}?metadata=skip`);
  });

  test("preview, up, refresh of prod; the first line names the target", async () => {
    const preview = await shell("pulumi preview -s prod");
    expect(preview.stderr).toMatch(/^Target: sandbox/);
    expect(preview.code).toBe(0);
    expect(sandbox.state("prod").resources).toEqual([]);
    await works("pulumi up -s prod --yes --skip-preview");
    expect(sandbox.state("prod").resources.length).toBeGreaterThan(1);
    const refresh = await works("pulumi refresh -s prod --yes");
    expect(refresh).toMatch(/\d+ unchanged/);
    expect(refresh).not.toMatch(/[+~-] \d+ /);
  });

  test("`preview --json` prints JSON and nothing else on stdout", async () => {
    const { changeSummary } = JSON.parse(await works("pulumi preview -s prod --json")) as { changeSummary: Record<string, number> };
    expect(Object.keys(changeSummary)).toEqual(["same"]);
  });

  test("`up --target` changes what is targeted and leaves the rest", async () => {
    const services = () => sandbox.state("prod").resources.filter(({ type, urn }) => type === "gcp:cloudrunv2/service:Service" && urn.includes("ApiService"));
    const [targeted, other] = services();
    if (targeted === undefined || other === undefined) throw new Error("prod has no two Cloud Run services");
    await works("pulumi config set -s prod chisan:logLevel warn");
    expect(await works(`pulumi up -s prod --yes --skip-preview --target '${targeted.urn}'`)).toMatch(/~ 1 updated/);
    const logLevel = (urn: string) => /"LOG_LEVEL","value":"(\w+)"/.exec(JSON.stringify(services().find((each) => each.urn === urn)?.outputs))?.[1];
    expect([logLevel(targeted.urn), logLevel(other.urn)]).toEqual(["warn", "info"]);
    await works("pulumi config rm -s prod chisan:logLevel && pulumi up -s prod --yes --skip-preview");
    expect([logLevel(targeted.urn), logLevel(other.urn)]).toEqual(["info", "info"]);
  });

  test("secret outputs are masked unless --show-secrets asks for them", async () => {
    small.program(`
      const { RandomPassword } = require("@pulumi/random/randomPassword");
      exports.secret = new RandomPassword("secret", { length: 40 }).result;
      exports.environment = process.env;
    `);
    await sandbox.makeStack("small", small.directory);
    await works("pulumi up --yes --skip-preview", small.directory);
    const masked = JSON.parse(await works("pulumi stack output --json", small.directory)) as { secret: string };
    expect(masked.secret).toBe("[secret]");
    const shown = JSON.parse(await works("pulumi stack output --json --show-secrets", small.directory)) as { secret: string };
    expect(shown.secret).toHaveLength(40);
    expect(sandbox.stateText("small", "small")).not.toContain(JSON.stringify(shown.secret).slice(1, -1));
  });

  test("the program that runs sees none of the shell's credentials", async () => {
    const { environment } = JSON.parse(await works("pulumi stack output --json", small.directory)) as { environment: Record<string, string> };
    expect(environment["PULUMI_HOME"] ?? sandbox.paths.home).toBe(sandbox.paths.home);
    expect(Object.keys(environment)).toContain("PATH");
    const standIns = ["SUPABASE_ACCESS_TOKEN", "VERCEL_API_TOKEN"];
    for (const name of names.filter((each) => !standIns.includes(each))) expect(environment).not.toHaveProperty(name);
    expect(standIns.map((name) => environment[name])).toEqual(["sandbox", "sandbox"]);
  });

  test("`import` adopts what exists already", async () => {
    small.program(`
      const { Account } = require("@pulumi/gcp/serviceaccount/account");
      new Account("made-elsewhere", { accountId: "made-elsewhere", project: "chisan-sandbox-prod" }, { retainOnDelete: true });
    `);
    await works("pulumi up --yes --skip-preview", small.directory);
    const id = String(sandbox.state("small", "small").resources.find(({ type }) => type === "gcp:serviceaccount/account:Account")?.id);
    const exported = await works(`pulumi import -s prod --yes --protect=false gcp:serviceaccount/account:Account adopted '${id}'`);
    expect(exported).toContain("adopted");
    const adopted = sandbox.state("prod").resources.find(({ urn }) => urn.endsWith("::adopted"));
    expect(adopted).toMatchObject({ id, outputs: { accountId: "made-elsewhere" } });
    const missing = await shell(`pulumi import -s prod --yes gcp:serviceaccount/account:Account nobody '${id.replace("made-elsewhere", "made-nowhere")}'`);
    expect(missing.code).not.toBe(0);
    expect(missing.text).toMatch(/made-nowhere/);
    await works(`pulumi state delete -s prod --yes '${adopted?.urn}'`);
  });

  test("`--policy-pack` runs a pack: it lets pass, and a mandatory rule stops", async () => {
    const passing = writePolicyPack(join(sandbox.directory, "pack-passing"), "aws:");
    const failing = writePolicyPack(join(sandbox.directory, "pack-failing"), "cloudrunv2/service");
    expect(await works(`pulumi preview -s prod --policy-pack '${passing}'`)).toMatch(/rehearsed-pack@v0\.0\.1/);
    const stopped = await shell(`pulumi preview -s prod --policy-pack '${failing}'`);
    expect(stopped.code).not.toBe(0);
    expect(stopped.text).toMatch(/\[mandatory\].*refuse-one-type/);
    expect(stopped.text).toMatch(/the pack refuses gcp:cloudrunv2\/service:Service/);
  });

  test("`config set` is the rehearsal's: read by its next run, and the committed file stays as it is", async () => {
    await works("pulumi config set -s staging chisan:companyDomain rehearsed.example.com");
    expect((await works("pulumi config get -s staging chisan:companyDomain")).trim()).toBe("rehearsed.example.com");
    await works("pulumi stack select staging && pulumi config set --path 'chisan:operatorCidrs[0]' 0.0.0.0/0");
    const refused = await shell("pulumi preview");
    expect(refused.code).not.toBe(0);
    expect(refused.text).toMatch(/CHI-K\d+ chisan:operatorCidrs/);
    await works("pulumi config rm chisan:operatorCidrs");
    expect(committedConfiguration()).toEqual(committed);
  });

  test("`destroy` takes it all away", async () => {
    await works("pulumi destroy --yes", small.directory);
    expect(sandbox.state("small", "small").resources).toEqual([]);
  });

  test("no credential of the shell is in the service, its files, the state, or anything printed", () => {
    const service = startedWith(sandbox.running().pid);
    expect(service).toContain(sandbox.paths.directory);
    const files = filesBelow(sandbox.paths.directory);
    expect(files.length).toBeGreaterThan(10);
    for (const canary of Object.values(canaries)) {
      expect(service).not.toContain(canary);
      expect(files.filter((file) => readFileSync(file).includes(canary))).toEqual([]);
      expect(printed).not.toContain(canary);
    }
  });
});
