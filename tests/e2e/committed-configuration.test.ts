/** The committed configuration is the cloud's: with values that only a key service can read, a rehearsal works and changes no byte of it. */
import { appendFileSync, cpSync, mkdirSync, readFileSync, readdirSync, realpathSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { engineDirectory, repositoryRoot } from "../../sandbox/control/paths";
import { run, type Ended } from "./support/processes";
import { committedConfiguration, TestSandbox } from "./support/test-sandbox";

const notCopied = new Set(["node_modules", "sdks", ".chisan", ".git", "tests", "docs"]);

describe("a clone whose prod is configured for the real cloud", () => {
  let sandbox: TestSandbox;
  let clone: string;
  let committed: Record<string, string>;

  beforeAll(() => {
    sandbox = new TestSandbox();
    clone = join(sandbox.directory, "clone");
    mkdirSync(join(clone, ".chisan"), { recursive: true });
    for (const name of readdirSync(repositoryRoot).filter((each) => !notCopied.has(each) && !/^\.env/.test(each))) {
      cpSync(join(repositoryRoot, name), join(clone, name), { recursive: true });
    }
    for (const name of ["node_modules", "sdks"]) symlinkSync(join(repositoryRoot, name), join(clone, name));
    symlinkSync(realpathSync(engineDirectory), join(clone, ".chisan", "engine"));
    const file = join(clone, "Pulumi.prod.yaml");
    const encrypted = `secretsprovider: gcpkms://projects/chisan-prod/locations/asia-northeast3/keyRings/pulumi/cryptoKeys/prod
encryptedkey: CiQAbm90IGEgcmVhbCBrZXksIG9ubHkgdGhlIGZvcm0gb2Ygb25lEkkAbm90IGEgcmVhbCBrZXk=
`;
    writeFileSync(file, encrypted + readFileSync(file, "utf8"));
    appendFileSync(file, "  chisan:googleClientSecret:\n    secure: AAABAO1l6jYw5xqXw8kQv0mS1T2u3V4w5X6y7Z8a9B0c1D2e3F4g5H6i7J8k\n");
    committed = committedConfiguration(clone);
  });
  afterAll(() => sandbox.dispose());

  const chisan = (...args: string[]): Promise<Ended> => run(process.execPath, [join(clone, "ops/chisan.cjs"), ...args], { environment: sandbox.environment, directory: clone });

  test("is rehearsed, from up to destroy, without the key service", async () => {
    const up = await chisan("up", "prod", "--json");
    expect(up.stderr).not.toMatch(/kms/i);
    expect({ code: up.code, errors: up.code === 0 ? "" : up.text }).toEqual({ code: 0, errors: "" });
    expect((JSON.parse((await chisan("up", "prod", "--json")).stdout) as { result: string }).result).toBe("no changes");
    expect((await chisan("output", "prod")).code).toBe(0);
    expect((await chisan("destroy", "prod", "--confirm", "prod", "--json")).code).toBe(0);
  });

  test("has the same bytes in every committed file", () => {
    expect(committedConfiguration(clone)).toEqual(committed);
    expect(committed["Pulumi.prod.yaml"]).not.toBe(committedConfiguration()["Pulumi.prod.yaml"]);
  });

  test("plain commands on the configuration work on the rehearsal's own file", async () => {
    const script = `eval "$(node ops/chisan.cjs env)"
      pulumi config set -s prod chisan:logLevel warn
      pulumi config -s prod --json
      pulumi config rm -s prod chisan:logLevel`;
    const ended = await run("bash", ["-ec", script], { environment: sandbox.environment, directory: clone });
    expect({ code: ended.code, errors: ended.code === 0 ? "" : ended.text }).toEqual({ code: 0, errors: "" });
    const shown = JSON.parse(ended.stdout.slice(ended.stdout.indexOf("{"))) as Record<string, { value?: string; secret: boolean }>;
    expect(shown["chisan:logLevel"]).toEqual({ value: "warn", secret: false });
    expect(shown["chisan:googleClientSecret"]).toEqual({ secret: true });
    expect(committedConfiguration(clone)).toEqual(committed);
  });

  test("a mistake in a committed plain value fails the rehearsal, as it would fail the real run", async () => {
    appendFileSync(join(clone, "Pulumi.prod.yaml"), "  chisan:region: asia-northeast9\n");
    const ended = await chisan("preview", "prod");
    expect(ended.code).not.toBe(0);
    expect(ended.text).toMatch(/CHI-K004 chisan:region: found .*asia-northeast9/);
  });
});
