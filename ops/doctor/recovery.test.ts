import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { generateIdentity, identityToRecipient } from "age-encryption";
import { kitVersion, type Kit } from "../dr/kit/kit";
import { sealKit } from "../dr/kit/sealed-kit";
import { recoveryFacts } from "./recovery";

const root = mkdtempSync(join(tmpdir(), "chisan-recovery-facts-"));
const file = join(root, "recovery", "prod.kit.age");
const canary = "canary-of-the-kit";
const git = (...args: string[]) => execFileSync("git", ["-c", "user.name=test", "-c", "user.email=test@example.com", ...args], { cwd: root, stdio: "pipe" });

let identity: string;
let recipient: string;
beforeAll(async () => {
  identity = await generateIdentity();
  recipient = await identityToRecipient(identity);
  mkdirSync(join(root, "recovery", "report-signers"), { recursive: true });
  git("init", "--quiet");
});
afterAll(() => rmSync(root, { recursive: true }));

const found = async (environment: NodeJS.ProcessEnv) => {
  const read = await recoveryFacts("prod", { setting: () => undefined }, environment, root).recoveryKit();
  if (!("value" in read)) throw new Error(read.unreadable);
  return read.value;
};

test("missing, there but closed, uncommitted, opened, refused", async () => {
  expect(await found({})).toEqual({ state: "missing" });
  const kit: Kit = {
    version: kitVersion, stack: "prod", madeAt: "2026-11-23T14:00:00Z", recipients: [recipient], cloudflareAccountId: "a".repeat(32), zoneId: "b".repeat(32),
    backups: { bucket: "chisan-backups", accessKeyId: canary, secretAccessKey: canary }, files: { bucket: "chisan-files", gateway: "https://files.chisan.app", operatorKey: canary },
    database: { url: `postgresql://postgres:${canary}@db/postgres` }, hosts: { app: "app.chisan.app", api: "api.chisan.app" },
    encryptionKey: { current: { generation: 1, value: randomBytes(32).toString("base64") } }, apiImage: null, supabaseProject: "abcdefghijklmnopqrst", webProject: "chisan-web-prod",
  };
  writeFileSync(file, await sealKit(kit));
  expect(await found({})).toEqual({ state: "closed", uncommitted: true });
  git("add", "--all");
  git("commit", "--quiet", "--message", "kit");
  expect(await found({})).toEqual({ state: "closed", uncommitted: false });
  const opened = await found({ BACKUP_IDENTITY: identity });
  expect(opened).toEqual({
    state: "opened", uncommitted: false,
    content: { recipients: [recipient], cloudflareAccountId: "a".repeat(32), zoneId: "b".repeat(32), apiImage: null, supabaseProject: "abcdefghijklmnopqrst", hasEncryptionKey: true },
  });
  expect(JSON.stringify(opened)).not.toContain(canary);
  expect(await found({ BACKUP_IDENTITY: await generateIdentity() })).toMatchObject({ state: "refused", because: expect.stringMatching(/^CHI-H023 /) as string });
  writeFileSync(file, "cut off");
  expect(await found({ BACKUP_IDENTITY: identity })).toMatchObject({ state: "refused", because: expect.stringMatching(/^CHI-H024 /) as string });
});

test("the private key of the shell is told by its public half alone; the signers are those of the folder", () => {
  writeFileSync(join(root, "recovery", "report-signers", "prod-1.pem"), "one");
  writeFileSync(join(root, "recovery", "report-signers", "README.md"), "no key");
  const facts = recoveryFacts("prod", { setting: () => [recipient] }, { BACKUP_IDENTITY: `${identity}\n` }, root);
  expect(facts).toMatchObject({ backupKey: recipient, substituteRecipients: { value: [recipient] }, reportSigners: { value: ["one"] } });
  expect(JSON.stringify(facts)).not.toContain(identity);
  expect(recoveryFacts("prod", { setting: () => undefined }, { BACKUP_IDENTITY: "typed wrongly" }, root).backupKey).toBeUndefined();
});
