/** Versions of the users' files (docs/files.md), from the application's own variables to `chisan files restore`, and against a stolen key. */
import { createHash, randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { request } from "node:http";
import { join } from "node:path";
import { CopyObjectCommand, DeleteObjectCommand, DeleteObjectsCommand, HeadObjectCommand, PutObjectCommand, type S3Client } from "@aws-sdk/client-s3";
import { signingKey } from "../../components/file-store-inputs";
import { repositoryRoot } from "../../sandbox/control/paths";
import { bytesOf, keysIn, s3Client, s3KeyOf, SignedClient, variablesOfService } from "./support/files-clients";
import { run, until, type Ended } from "./support/processes";
import { SmallProject } from "./support/small-project";
import { TestSandbox } from "./support/test-sandbox";

const [files, vault] = ["chisan-files-staging", "chisan-files-vault-staging"];
const [gatewayWorker, keeperWorker] = ["chisan-staging-files-gateway", "chisan-staging-file-version-keeper"];
const day = 86_400;

interface Entry {
  time: string;
  what: "version" | "deleted";
  etag?: string;
  size?: number;
  present: boolean;
}

describe("file versions", () => {
  let sandbox: TestSandbox;
  let account: string;
  let api: SignedClient;
  let operator: SignedClient;
  /** With the API's own key. */
  let reader: S3Client;
  /** Writes into the files' bucket past the gateway. */
  let writer: S3Client;
  /** May do everything in all buckets of the account: the most that a leaked S3 key can. */
  let thief: S3Client;
  const secrets: string[] = [];
  /** Everything that commands have printed. */
  let printed = "";

  beforeAll(async () => {
    sandbox = new TestSandbox();
    await sandbox.operate("up", "staging");
    const leak = new SmallProject(join(sandbox.directory, "leak"), "leak");
    const variables = variablesOfService(sandbox.world(), "chisan-staging-api");
    account = String(variables["R2_ACCOUNT_ID"]);
    leak.program(tokensProgram(account));
    await sandbox.makeStack("leak", leak.directory);
    const up = await sandbox.pulumi(["up", "-s", "leak", "--yes", "--skip-preview"], leak.directory);
    expect([up.text, up.code]).toEqual([up.text, 0]);

    const { workers } = await control<{ workers: Record<string, string> }>("GET", "/files");
    const endpoint = sandbox.running().s3Url;
    const world = sandbox.world();
    expect(variables).toMatchObject({ R2_BUCKET_NAME: files, FILES_GATEWAY_URL: "https://files-staging.chisan.app" });
    const apiKey = String(variables["FILES_GATEWAY_SECRET"]);
    const readKey = { accessKeyId: String(variables["R2_ACCESS_KEY_ID"]), secretAccessKey: String(variables["R2_SECRET_ACCESS_KEY"]) };
    const [writeKey, strongestKey] = [s3KeyOf(world, "leak-writer"), s3KeyOf(world, "leak-account")];
    const bindings = world.find(({ inputs }) => inputs.scriptName === gatewayWorker && inputs.content !== undefined)?.inputs.bindings as unknown as { name: string; text?: string }[];
    const signingSecret = String(bindings.find(({ name }) => name === "SIGNING_SECRET")?.text);
    expect(apiKey).toBe(signingKey(signingSecret, "api"));
    secrets.push(apiKey, signingSecret, signingKey(signingSecret, "operator"), ...[readKey, writeKey, strongestKey].map(({ secretAccessKey }) => secretAccessKey), "signature=");
    for (const secret of secrets) expect(secret.length).toBeGreaterThan(9);
    // No name resolves in the sandbox: the Worker's local address stands for FILES_GATEWAY_URL.
    api = new SignedClient(String(workers[gatewayWorker]), apiKey);
    operator = new SignedClient(String(workers[gatewayWorker]), signingKey(signingSecret, "operator"), "operator");
    [reader, writer, thief] = [readKey, writeKey, strongestKey].map((key) => s3Client(endpoint, key)) as [S3Client, S3Client, S3Client];
  });
  afterAll(async () => {
    for (const client of [reader, writer, thief]) client?.destroy();
    await sandbox.dispose();
  });

  async function control<T>(method: string, path: string, body?: unknown): Promise<T> {
    const response = await fetch(sandbox.running().controlUrl + path, { method, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
    if (!response.ok) throw new Error(`the control API answered ${response.status}: ${await response.text()}`);
    return (await response.json()) as T;
  }

  /** `chisan files …`. */
  async function command(...args: string[]): Promise<Ended> {
    const ended = await sandbox.chisan("files", ...args, "--stack", "staging");
    printed += ended.text;
    return ended;
  }

  async function versions(key: string): Promise<Entry[]> {
    const ended = await command("versions", key, "--json");
    expect([ended.stderr, ended.code]).toEqual([ended.stderr, 0]);
    return (JSON.parse(ended.stdout) as { entries: Entry[] }).entries;
  }

  async function restores(...args: string[]): Promise<{ plan: { key: string; action: string }[]; restored?: string[]; deleted?: string[] }> {
    const ended = await command("restore", ...args, "--json");
    expect([ended.stderr, ended.code]).toEqual([ended.stderr, 0]);
    return JSON.parse(ended.stdout) as ReturnType<typeof restores> extends Promise<infer Result> ? Result : never;
  }

  /** One line with its code, an exit code, and nothing on stdout. */
  async function refuses(code: string, ...args: string[]): Promise<string> {
    const ended = await command(...args);
    const lines = ended.stderr.trim().split("\n").filter((line) => line.startsWith("CHI-"));
    expect([lines.length, lines[0]?.slice(0, code.length), ended.code, ended.stdout]).toEqual([1, code, 1, ""]);
    expect(ended.stderr).not.toMatch(/^ +at /m);
    return lines[0] as string;
  }

  const copies = (key: string) => keysIn(thief, vault, `${key.replaceAll("/", "%2F")}/`);
  const copyOf = (key: string, etag: string) => until(`the copy of ${key}`, 60, async () => (await copies(key)).find((name) => name.includes(etag)));
  /** Waits until the keeper has taken every event. */
  const emptyQueues = () =>
    until("empty queues", 60, async () => Object.values((await control<{ queues: Record<string, number> }>("GET", "/files")).queues).every((count) => count === 0));
  const lostVersions = async () => ((await (await operator.call("GET", "/status", {})).json()) as { lostLastDay: number }).lostLastDay;
  const md5 = (text: string) => createHash("md5").update(text).digest("hex");
  const refusal = (work: Promise<unknown>) => work.then(() => "not refused", (error: { name: string; $metadata: { httpStatusCode: number } }) => `${error.$metadata.httpStatusCode} ${error.name}`);

  test("an application's writes through the gateway: every version of a burst, a deletion, a new beginning", async () => {
    const key = "orders/7/photo.jpg";
    const written = await Promise.all(["v1", "v2", "v3"].map((text) => api.put(key, text)));
    expect(written.map(({ etag }) => etag)).toEqual(["v1", "v2", "v3"].map(md5));
    const inOrder = [...written].sort((one, other) => one.uploaded.localeCompare(other.uploaded)).map(({ etag, uploaded }) => ({ etag, time: uploaded }));
    expect((await versions(key)).map(({ etag, time }) => ({ etag, time }))).toEqual(inOrder);
    const { time } = await api.delete(key);
    expect(await refusal(reader.send(new HeadObjectCommand({ Bucket: files, Key: key })))).toBe("404 NotFound");
    const again = await api.put(key, "v4");
    const entries = await versions(key);
    expect(entries.map(({ what, time: from, present }) => [what, from, present])).toEqual([
      ...inOrder.map((each) => ["version", each.time, false]),
      ["deleted", time, false],
      ["version", again.uploaded, true],
    ]);
    // Each of them is there, and what a Worker reads of it is what was written.
    for (const text of ["v1", "v2", "v3"]) {
      const name = (await copies(key)).find((each) => each.endsWith(md5(text)));
      expect(await (await operator.call("GET", "/version", { name: String(name) })).text()).toBe(text);
    }
  });

  test("an upload in parts; Workers and S3 see the same bytes, and the API's own key only reads", async () => {
    const key = "reports/2026 年.bin";
    const parts = [randomBytes(5 * 2 ** 20), randomBytes(1000)];
    const { etag, size } = await api.putInParts(key, parts);
    expect([etag, size]).toEqual([expect.stringMatching(/^[0-9a-f]{32}-2$/), 5 * 2 ** 20 + 1000]);
    expect((await bytesOf(reader, files, key)).equals(Buffer.concat(parts))).toBe(true);
    const name = await copyOf(key, etag.slice(0, 32));
    const byWorker = Buffer.from(await (await operator.call("GET", "/version", { name })).arrayBuffer());
    expect(byWorker.equals(Buffer.concat(parts))).toBe(true);
    expect((await bytesOf(thief, vault, name)).equals(byWorker)).toBe(true);
    expect(await refusal(reader.send(new PutObjectCommand({ Bucket: files, Key: key, Body: "x" })))).toBe("403 AccessDenied");
    expect(await refusal(reader.send(new DeleteObjectCommand({ Bucket: files, Key: key })))).toBe("403 AccessDenied");
    expect(await refusal(keysIn(reader, vault))).toBe("403 AccessDenied");
    expect((await fetch(new SignedClient(api.url, "0".repeat(64)).address("PUT", "/files", { key }), { method: "PUT", body: "x" })).status).toBe(403);
    expect((await versions(key)).map(({ etag: found }) => found)).toEqual([etag]);
  });

  test("straight to S3: event, queue, keeper, copy; of a burst what is lost is counted", async () => {
    const put = (Key: string, Body: string) => writer.send(new PutObjectCommand({ Bucket: files, Key, Body }));
    const key = "imports/stock.csv";
    for (const text of ["one", "two"]) {
      await put(key, text);
      await copyOf(key, md5(text));
    }
    await writer.send(new DeleteObjectCommand({ Bucket: files, Key: key }));
    await until("the deletion's marker", 60, async () => (await copies(key)).some((name) => name.endsWith("-deleted")));
    expect((await versions(key)).map(({ what, etag }) => etag ?? what)).toEqual([md5("one"), md5("two"), "deleted"]);

    await emptyQueues();
    expect(await lostVersions()).toBe(0);
    for (const text of ["b1", "b2", "b3"]) await put("imports/burst.csv", text);
    await emptyQueues();
    const kept = (await versions("imports/burst.csv")).map(({ etag }) => etag);
    expect(kept.at(-1)).toBe(md5("b3"));
    expect(kept.length + (await lostVersions())).toBe(3);
  });

  test("`files restore --at`: one file, a prefix, a dry run, and what has no answer", async () => {
    const [one, two, three] = ["docs/1/a.txt", "docs/1/b.txt", "docs/1/c.txt"];
    const first = await api.put(one, "a, good");
    await api.put(two, "b, good");
    const at = (await api.put(one, "a, better")).uploaded;
    await api.put(one, "a, spoiled");
    const { time: deletedAt } = await api.delete(two);
    await api.put(three, "c, of later");

    const before = await keysIn(thief, files, "docs/");
    const dry = await restores("--prefix", "docs/1/", "--at", at, "--dry-run");
    expect(dry.plan.map(({ key, action }) => [key, action])).toEqual([[one, "restore"], [two, "restore"], [three, "leave"]]);
    expect([await keysIn(thief, files, "docs/"), String(await bytesOf(reader, files, one))]).toEqual([before, "a, spoiled"]);

    expect(await refuses("CHI-F117", "restore", one, "--at", at)).toContain("--yes");
    expect((await restores(one, "--at", first.uploaded, "--yes")).restored).toEqual([one]);
    expect(String(await bytesOf(reader, files, one))).toBe("a, good");
    expect((await versions(one)).map(({ etag, present }) => [etag, present])).toEqual([
      [md5("a, good"), false],
      [md5("a, better"), false],
      [md5("a, spoiled"), false],
      [md5("a, good"), true],
    ]);

    expect((await restores("--prefix", "docs/1/", "--at", at, "--yes")).restored?.sort()).toEqual([one, two]);
    expect(await Promise.all([one, two, three].map(async (key) => String(await bytesOf(reader, files, key))))).toEqual(["a, better", "b, good", "c, of later"]);
    expect((await restores("--prefix", "docs/1/", "--at", at, "--exact", "--yes")).deleted).toEqual([three]);
    expect((await versions(three)).map(({ what }) => what)).toEqual(["version", "deleted"]);

    await refuses("CHI-F114", "restore", "docs/never.txt", "--at", at, "--yes");
    await refuses("CHI-F114", "versions", "docs/never.txt");
    expect(await refuses("CHI-F115", "restore", one, "--at", new Date(Date.parse(first.uploaded) - 1).toISOString(), "--yes")).toContain(first.uploaded);
    expect(await refuses("CHI-F115", "restore", two, "--at", deletedAt, "--yes")).toContain(`deleted at ${deletedAt}`);
    await refuses("CHI-F112", "restore", "--prefix", "nowhere/", "--at", at, "--yes");
    await refuses("CHI-F111", "restore", one, "--at", new Date(Date.now() + 3_600_000).toISOString(), "--yes");
  });

  test("the runbook's commands, as they stand, bring back what an accident spoiled", async () => {
    const blocks = [...readFileSync(join(repositoryRoot, "docs/runbooks/restore-files.md"), "utf8").matchAll(/^```bash\n([\s\S]*?)^```$/gm)].map(([, block]) => String(block));
    expect(blocks).toHaveLength(3);
    await api.put("orders/1/invoice.pdf", "the invoice");
    await api.put("orders/1/note.txt", "the note");
    await api.put("orders/1/invoice.pdf", "rubbish");
    await api.delete("orders/1/note.txt");
    const outputs: string[] = [];
    for (const block of blocks) {
      const ended = await run("bash", ["-euo", "pipefail", "-c", block], { environment: sandbox.environment, directory: repositoryRoot });
      printed += ended.text;
      expect([block, ended.text, ended.code]).toEqual([block, ended.text, 0]);
      outputs.push(ended.text);
    }
    expect(outputs[1]).toContain("  restore: orders/1/note.txt");
    expect(outputs[2]).toContain("Restored 2, deleted 0, failed 0");
    expect(String(await bytesOf(reader, files, "orders/1/invoice.pdf"))).toBe("the invoice");
    expect(String(await bytesOf(reader, files, "orders/1/note.txt"))).toBe("the note");
  });

  test("a restart, and kill -9 in the middle of an upload: files, versions and events are still there", async () => {
    const key = "survivors/file.txt";
    const [one, two] = [await api.put(key, "first"), await api.put(key, "second")];
    const put = (Key: string) => writer.send(new PutObjectCommand({ Bucket: files, Key, Body: Key }));
    await put("survivors/restart");
    const restart = await sandbox.chisan("sandbox", "restart");
    printed += restart.text;
    expect([restart.stderr, restart.code]).toEqual([restart.stderr, 0]);
    await copyOf("survivors/restart", md5("survivors/restart"));

    const size = 2_000_000;
    const upload = request(api.address("PUT", "/files", { key }), { method: "PUT", headers: { "content-length": size } });
    const cut = new Promise<string>((resolve) => upload.once("error", ({ message }) => resolve(message)).once("response", ({ statusCode }) => resolve(`status ${statusCode}`)));
    await new Promise((resolve) => upload.write(randomBytes(size / 2), resolve));
    // Killed while an event waits: the queue gathers for a second.
    const waiting = await until("an event that waits", 60, async () => {
      const name = `survivors/${randomBytes(4).toString("hex")}`;
      await put(name);
      const { queues } = await control<{ queues: Record<string, number> }>("GET", "/files");
      return (queues["chisan-staging-file-events"] ?? 0) > 0 && name;
    });
    process.kill(sandbox.running().pid, "SIGKILL");
    expect(await cut).not.toBe("status 200");
    const started = await sandbox.chisan("sandbox", "start");
    printed += started.text;
    expect([started.stderr, started.code]).toEqual([started.stderr, 0]);
    expect(String(await bytesOf(reader, files, key))).toBe("second");
    expect((await versions(key)).map(({ etag, time }) => [etag, time])).toEqual([one, two].map(({ etag, uploaded }) => [etag, uploaded]));
    await copyOf(waiting, md5(waiting));
    await api.put(key, "third");
    expect((await versions(key)).map(({ etag }) => etag)).toEqual(["first", "second", "third"].map(md5));
  });

  describe("the lock, against the strongest key that there is", () => {
    const [early, late, gone] = ["locked/early.txt", "locked/late.txt", "locked/gone.txt"];

    /** Moves the clock to so many days from now, a minute after a cron: none comes in between. */
    async function moveTo(days: number): Promise<void> {
      const minutes = Math.floor(Date.now() / 60_000 + (days * day) / 60);
      const offsetSeconds = Math.ceil((minutes - (minutes % 10) + 11) * 60 - Date.now() / 1000);
      await control("PUT", "/clock", { offsetSeconds });
      api.ahead = operator.ahead = offsetSeconds;
    }

    async function attack(Key: string): Promise<string[]> {
      const [Bucket, CopySource] = [vault, `${files}/${encodeURIComponent(late)}`];
      const many = thief.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects: [{ Key }] } })).then(({ Errors = [] }) => Errors.map(({ Code }) => Code).join() || "not refused");
      return Promise.all([
        refusal(thief.send(new DeleteObjectCommand({ Bucket, Key }))),
        refusal(thief.send(new PutObjectCommand({ Bucket, Key, Body: "overwritten" }))),
        refusal(thief.send(new CopyObjectCommand({ Bucket, Key, CopySource }))),
        many,
      ]);
    }
    const lockedOut = ["403 ObjectLockedByBucketPolicy", "403 ObjectLockedByBucketPolicy", "403 ObjectLockedByBucketPolicy", "ObjectLockedByBucketPolicy"];

    test("nothing of the vault can be deleted or overwritten, today and in 29 days", async () => {
      for (const key of [early, gone]) await api.put(key, `${key}, old`);
      await api.put(early, "early, new");
      await api.delete(gone);
      await api.put(late, "late, old");
      await emptyQueues();
      const all = await keysIn(thief, vault, "locked");
      // Of a deletion the gateway and the keeper may each have a marker.
      expect(all.filter((name) => !name.endsWith("-deleted"))).toHaveLength(4);
      expect(all.some((name) => name.endsWith("-deleted"))).toBe(true);
      for (const name of all) expect(await attack(name)).toEqual(lockedOut);
      await moveTo(29);
      for (const name of all) expect(await attack(name)).toEqual(lockedOut);
      await control("POST", `/crons?worker=${keeperWorker}`);
      expect(await keysIn(thief, vault, "locked")).toEqual(all);
      // Its first copy would lose its lock in two days.
      await api.put(late, "late, new");
      expect((await copies(late)).filter((name) => name.includes(md5("late, old")))).toHaveLength(2);
    });

    test("in 32 days the locks of what is over are open, and that of what was superseded since holds", async () => {
      await moveTo(32);
      const [first, again] = (await copies(late)).filter((name) => name.includes(md5("late, old"))) as [string, string];
      expect(again).toContain("-again-");
      expect(await attack(again)).toEqual(lockedOut);
      await thief.send(new DeleteObjectCommand({ Bucket: vault, Key: first }));
      const [present] = (await copies(early)).filter((name) => name.includes(md5("early, new"))) as [string];
      await thief.send(new DeleteObjectCommand({ Bucket: vault, Key: present }));
      expect(await keysIn(thief, vault, "locked")).not.toContain(present);
      expect((await restores(late, "--at", "4d ago", "--yes")).restored).toEqual([late]);
      expect(String(await bytesOf(reader, files, late))).toBe("late, old");
    });

    test("the purge takes what is over, never the present version; the sweep copies what was stolen", async () => {
      expect((await copies(gone)).length).toBeGreaterThanOrEqual(2);
      await control("POST", `/crons?worker=${keeperWorker}`);
      expect(await copies(gone)).toEqual([]);
      await refuses("CHI-F114", "versions", gone);
      expect((await versions(early)).map(({ etag, present }) => [etag, present])).toEqual([[md5("early, new"), true]]);
      expect((await copies(early)).filter((name) => name.includes(md5("early, new"))).length).toBe(1);
      expect(String(await bytesOf(reader, files, early))).toBe("early, new");
      expect((await versions(late)).map(({ etag }) => etag)).toEqual([md5("late, old"), md5("late, new"), md5("late, old")]);
      // Before all that is kept of it.
      await refuses("CHI-F115", "restore", early, "--at", "33d ago", "--yes");
    });
  });

  test("no key and no signature was printed", () => {
    const log = readFileSync(sandbox.paths.log, "utf8");
    expect(printed).toContain("CHI-F114");
    for (const secret of secrets) {
      expect(printed).not.toContain(secret);
      expect(log).not.toContain(secret);
    }
  });
});

/** Two keys that nobody should have: one for the files' bucket, one for all of R2. */
function tokensProgram(account: string): string {
  return `const { AccountToken } = require("@pulumi/cloudflare/accountToken");
const { getAccountApiTokenPermissionGroupsListOutput } = require("@pulumi/cloudflare/getAccountApiTokenPermissionGroupsList");
const accountId = ${JSON.stringify(account)};
const { results } = getAccountApiTokenPermissionGroupsListOutput({ accountId });
const token = (name, group, resource) => new AccountToken(name, {
  accountId, name,
  policies: [{ effect: "allow", permissionGroups: [{ id: results.apply((all) => all.find((each) => each.name === group).id) }], resources: JSON.stringify({ [resource]: "*" }) }],
});
token("leak-writer", "Workers R2 Storage Bucket Item Write", "com.cloudflare.edge.r2.bucket." + accountId + "_default_${files}");
token("leak-account", "Workers R2 Storage Write", "com.cloudflare.api.account." + accountId);
`;
}
