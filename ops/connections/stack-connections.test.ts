import { connectionsOf, type StackAnswers } from "./stack-connections";

const secret = "canary-secret";

function answers(kind: "sandbox" | "cloud", more: Partial<StackAnswers> = {}): StackAnswers {
  return {
    kind,
    outputs: () => Promise.resolve({ databaseUrl: "postgresql://stack", backupsBucket: "chisan-staging-backups", backupsWriter: { accessKeyId: "w", secretAccessKey: secret }, backupsReader: { accessKeyId: "r", secretAccessKey: secret }, supabaseProject: "ref", filesGateway: { url: "https://files-staging.chisan.app", operatorKey: secret } }),
    configured: (key) => Promise.resolve({ backupRecipients: '["age1one","age1two"]', cloudflareAccountId: "acc" }[key]),
    sandboxEndpoint: () => "http://127.0.0.1:4711",
    sandboxWorker: (name) => Promise.resolve({ url: `http://127.0.0.1:4712/${name}`, offsetSeconds: 0 }),
    environment: () => Promise.resolve({ SUPABASE_API_URL: "http://127.0.0.1:1", SUPABASE_ACCESS_TOKEN: "sandbox" }),
    ...more,
  };
}

const job = {
  DATABASE_URL: "postgresql://job", R2_ACCOUNT_ID: "jobs", BACKUPS_BUCKET_NAME: "job-bucket", BACKUP_RECIPIENTS: "age1a,age1b", BACKUP_IDENTITY: "AGE-SECRET-KEY-1JOB",
  BACKUPS_WRITER_ACCESS_KEY_ID: "jw", BACKUPS_WRITER_SECRET_ACCESS_KEY: "js", SUPABASE_ACCESS_TOKEN: "token",
};

test("in the sandbox everything comes from the stack", async () => {
  const connections = connectionsOf("staging", answers("sandbox"), {});
  expect(await connections.databaseUrl()).toBe("postgresql://stack");
  expect(await connections.backups("reader")).toEqual({ endpoint: "http://127.0.0.1:4711", bucket: "chisan-staging-backups", accessKeyId: "r", secretAccessKey: secret });
  expect(await connections.backupRecipients()).toEqual(["age1one", "age1two"]);
  expect(await connections.supabase()).toEqual({ projectRef: "ref", apiUrl: "http://127.0.0.1:1", token: "sandbox" });
});

test("a scheduled run needs nothing but its environment", async () => {
  const refuse = () => Promise.reject(new Error("Pulumi was asked"));
  const connections = connectionsOf("prod", answers("cloud", { outputs: refuse, configured: refuse, environment: refuse }), job);
  expect(await connections.databaseUrl()).toBe("postgresql://job");
  expect(await connections.backups("writer")).toEqual({ endpoint: "https://jobs.r2.cloudflarestorage.com", bucket: "job-bucket", accessKeyId: "jw", secretAccessKey: "js" });
  expect(await connections.backupRecipients()).toEqual(["age1a", "age1b"]);
  expect(await connections.backupIdentity()).toBe("AGE-SECRET-KEY-1JOB");
});

test("in the cloud, what the environment lacks comes from the stack", async () => {
  const connections = connectionsOf("prod", answers("cloud"), { SUPABASE_ACCESS_TOKEN: "token" });
  expect(await connections.backups("writer")).toMatchObject({ endpoint: "https://acc.r2.cloudflarestorage.com", accessKeyId: "w" });
  expect(await connections.supabase()).toEqual({ projectRef: "ref", apiUrl: "https://api.supabase.com", token: "token" });
});

test("what is missing is named, in one line, without any secret", async () => {
  const bare = connectionsOf("staging", answers("sandbox", { outputs: () => Promise.resolve({ backupsWriter: { accessKeyId: secret } }), configured: () => Promise.resolve(undefined), sandboxEndpoint: () => undefined }), {});
  await expect(bare.databaseUrl()).rejects.toThrow(/^CHI-A020 .*"databaseUrl".*npx chisan up staging/);
  await expect(bare.backups("writer")).rejects.toThrow(/^CHI-A021 the output "backupsWriter" of staging is no credential: npx chisan up staging$/);
  await expect(bare.backupRecipients()).rejects.toThrow(/^CHI-A024 .*pulumi config set/);
  await expect(bare.backupIdentity()).rejects.toThrow(/^CHI-A025 .*BACKUP_IDENTITY/);
  const stopped = connectionsOf("staging", answers("sandbox", { sandboxEndpoint: () => undefined }), {});
  await expect(stopped.backups("writer")).rejects.toThrow(/^CHI-A022 .*sandbox restart/);
  await expect(connectionsOf("staging", answers("cloud"), {}).supabase()).rejects.toThrow(/^CHI-A026 /);
});

test("the files' gateway: its Worker in the sandbox, its host in the cloud, the variables of a run before both", async () => {
  expect(await connectionsOf("staging", answers("sandbox"), {}).files()).toEqual({ url: "http://127.0.0.1:4712/chisan-staging-files-gateway", operatorKey: secret });
  expect(await connectionsOf("staging", answers("cloud", { sandboxWorker: () => Promise.resolve(undefined) }), {}).files()).toEqual({ url: "https://files-staging.chisan.app", operatorKey: secret });
  const given = { FILES_GATEWAY_URL: "https://given.example", FILES_OPERATOR_KEY: "given" };
  expect(await connectionsOf("staging", answers("cloud", { sandboxWorker: () => Promise.resolve(undefined) }), given).files()).toEqual({ url: "https://given.example", operatorKey: "given" });
  await expect(connectionsOf("dev", answers("sandbox", { outputs: () => Promise.resolve({}) }), {}).files()).rejects.toThrow(/^CHI-F100 /);
});
