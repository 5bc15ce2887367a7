/** A kit from the stack's outputs to a file and back. */
import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Kit } from "./kit";
import { kitBackups, kitFiles } from "./kit-access";
import { kitFile } from "./kit-file";
import { openKitWith } from "./open-kit";
import { writeKit } from "./renew-kit";
import { sealKit } from "./sealed-kit";
import { canary, encryptionKey, identities, prodsKit, recipients, stackValuesOfProd } from "./test-support/made-up-stack";

let directory: string;
let file: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "chisan-kit-"));
  file = join(directory, "recovery", "prod.kit.age");
});

afterEach(() => rmSync(directory, { recursive: true, force: true }));

const opened = (identity = identities.dr, stack?: Kit["stack"]) => openKitWith(() => Promise.resolve(identity), { cloud: true, file, stack });
const message = (work: Promise<unknown>) => work.then(() => "", ({ message: text }: Error) => text);

test("a stack's outputs become the kit, for the owner's eyes, and whole", async () => {
  expect(await writeKit("prod", stackValuesOfProd(), file)).toMatchObject({ file, changed: true });
  const { madeAt, ...kit } = await opened();
  expect({ ...kit, madeAt: prodsKit.madeAt }).toEqual(prodsKit);
  expect(Number.isNaN(Date.parse(madeAt))).toBe(false);
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(readdirSync(join(file, ".."))).toEqual(["prod.kit.age"]);
  // The writer's credential is not what a restore needs.
  expect(JSON.stringify(kit)).not.toContain("writer");
});

test("recipients that were set as one text are the same", async () => {
  const values = stackValuesOfProd();
  values.configuration["backupRecipients"] = JSON.stringify(recipients);
  await writeKit("prod", values, file);
  expect((await opened()).recipients).toEqual(recipients);
  values.configuration["backupRecipients"] = `${canary} [`;
  expect(await message(writeKit("prod", values, file))).toMatch(/^CHI-H020 .* at fault: recipients \(invalid_type\): /);
});

test("one that says the same is left as it is; another value, another recipient, a damaged file make a new one", async () => {
  const first = await writeKit("prod", stackValuesOfProd(), file);
  const bytes = readFileSync(file, "utf8");
  expect(await writeKit("prod", stackValuesOfProd(), file)).toEqual({ file, changed: false, madeAt: first.madeAt });
  expect(readFileSync(file, "utf8")).toBe(bytes);

  // A key that rotates is another kit.
  const rotated = stackValuesOfProd();
  rotated.outputs["encryptionKey"] = { current: encryptionKey.current };
  expect((await writeKit("prod", rotated, file)).changed).toBe(true);
  expect((await opened()).encryptionKey).toEqual({ current: encryptionKey.current });

  const values = stackValuesOfProd();
  values.outputs["backupsReader"] = { accessKeyId: "second", secretAccessKey: `${canary}-second` };
  expect((await writeKit("prod", values, file)).changed).toBe(true);
  expect((await opened()).backups).toEqual({ bucket: "chisan-backups", accessKeyId: "second", secretAccessKey: `${canary}-second` });

  values.configuration["backupRecipients"] = recipients.slice(0, 2);
  expect((await writeKit("prod", values, file)).changed).toBe(true);
  expect(await message(opened(identities.offline))).toMatch(/^CHI-H023 /);

  writeFileSync(file, "damaged");
  expect((await writeKit("prod", values, file)).changed).toBe(true);
  expect((await opened()).recipients).toEqual(recipients.slice(0, 2));

  // Without the key that would tell, it is made anew.
  delete values.configuration["backupIdentity"];
  expect((await writeKit("prod", values, file)).changed).toBe(true);
});

test("a stack that lacks something leaves the kit that is there, and the error says what, not how much", async () => {
  await writeKit("prod", stackValuesOfProd(), file);
  const bytes = readFileSync(file, "utf8");
  for (const [kind, name, place] of [
    ["outputs", "databaseUrl", "database.url"], ["outputs", "backupsReader", "backups.accessKeyId"], ["outputs", "filesGateway", "files.gateway"],
    ["outputs", "addresses", "hosts.app"], ["outputs", "encryptionKey", "encryptionKey"], ["configuration", "cloudflareZoneId", "zoneId"], ["configuration", "backupRecipients", "recipients"],
  ] as const) {
    const values = stackValuesOfProd();
    delete values[kind][name];
    const words = await message(writeKit("prod", values, file));
    expect(words).toMatch(/^CHI-H020 the stack prod does not give what a recovery kit needs; at fault: /);
    expect(words).toContain(place);
    expect(words).not.toContain(canary);
    expect(words).not.toContain(encryptionKey.current.value);
  }
  expect(readFileSync(file, "utf8")).toBe(bytes);
  const { outputs, configuration } = stackValuesOfProd();
  const { apiImage: _unset, ...rest } = configuration;
  await writeKit("prod", { outputs, configuration: rest }, file);
  expect((await opened()).apiImage).toBeNull();
});

test("no kit, and that of another stack, are told before anything is begun", async () => {
  const identity = jest.fn(() => Promise.resolve(identities.dr));
  expect(await message(openKitWith(identity, { cloud: true, file }))).toBe(`CHI-H026 there is no recovery kit ${file}: name another with --kit <file>, or make it while prod lives: npx chisan dr kit --cloud`);
  expect(identity).not.toHaveBeenCalled();
  expect(await message(openKitWith(identity, { cloud: true, file: directory }))).toBe(`CHI-H026 the recovery kit ${directory} cannot be read (it is a folder): name the file with --kit <file>, or make it while the environment lives: npx chisan dr kit --cloud`);
  await writeKit("prod", stackValuesOfProd(), file);
  writeFileSync(file, await sealKit({ ...prodsKit, stack: "staging" }));
  expect(await message(opened())).toBe(`CHI-H027 the recovery kit ${file} is that of staging, wanted is that of prod: name it with --kit <file>`);
  expect((await opened(identities.dr, "staging")).stack).toBe("staging");
});

test("the cloud's kit lies in the repository, the rehearsal's with its sandbox", () => {
  expect(kitFile("prod", true)).toMatch(/\/recovery\/prod\.kit\.age$/);
  const before = process.env["CHISAN_SANDBOX_DIRECTORY"];
  process.env["CHISAN_SANDBOX_DIRECTORY"] = directory;
  try {
    expect(kitFile("prod", false)).toBe(join(directory, "dr", "prod.kit.age"));
  } finally {
    if (before === undefined) delete process.env["CHISAN_SANDBOX_DIRECTORY"];
    else process.env["CHISAN_SANDBOX_DIRECTORY"] = before;
  }
});

test("in the cloud the vendors' own addresses, in the sandbox those of the moment", async () => {
  const nowhere = { endpoint: () => Promise.reject(new Error("asked")), workers: () => Promise.reject(new Error("asked")) };
  expect(await kitBackups(prodsKit, true, nowhere)).toEqual({ endpoint: "https://0123456789abcdef0123456789abcdef.r2.cloudflarestorage.com", bucket: "chisan-backups", accessKeyId: "reader-id", secretAccessKey: `${canary}-reader` });
  expect(await kitFiles(prodsKit, true, nowhere)).toEqual({ url: "https://files.chisan.app", operatorKey: `${canary}-operator` });

  let port = 1000;
  const workers: Record<string, string> = { "chisan-prod-files-gateway": "http://127.0.0.1:7" };
  const sandbox = { endpoint: () => Promise.resolve(`http://127.0.0.1:${(port += 1)}`), workers: () => Promise.resolve({ workers, offsetSeconds: 3600 }) };
  expect((await kitBackups(prodsKit, false, sandbox)).endpoint).toBe("http://127.0.0.1:1001");
  expect((await kitBackups(prodsKit, false, sandbox)).endpoint).toBe("http://127.0.0.1:1002");
  expect(await kitFiles(prodsKit, false, sandbox)).toEqual({ url: "http://127.0.0.1:7", operatorKey: `${canary}-operator`, clockAhead: 3600 });
  delete workers["chisan-prod-files-gateway"];
  expect(await message(kitFiles(prodsKit, false, sandbox))).toMatch(/^CHI-H028 the Worker chisan-prod-files-gateway does not run in the sandbox: /);
});
