import { fileStoreNames } from "../../components/file-store-inputs";
import { environmentSlug, type StackName } from "../../config/naming";
import { sandboxDirectory, sandboxPaths } from "../../sandbox/control/paths";
import { readRunning } from "../../sandbox/control/running";
import { runningFiles } from "../../sandbox/control/running-files";
import { capturedPulumi, PulumiFailed } from "../engine/captured-pulumi";
import { chooseTarget, type Target } from "../engine/target";
import type { BucketAccess, Connections } from "./connections";
import { filesAccess, type SandboxWorker } from "./files-access";


/** Where supabase's Management API is in the cloud. */
const supabaseApi = "https://api.supabase.com";

/** What a stack and its configuration tell: asked for when it is needed first, and once. */
export interface StackAnswers {
  readonly kind: Target["kind"];
  /** With the values of secret outputs. */
  outputs(): Promise<Record<string, unknown>>;
  /** A configuration value as `pulumi config get` prints it; undefined when it is not set. */
  configured(key: string): Promise<string | undefined>;
  /** The sandbox's S3 endpoint; undefined while none runs. */
  sandboxEndpoint(): string | undefined;
  /** Where a Worker listens in the sandbox, where no host name resolves; undefined where it does not run. */
  sandboxWorker(name: string): Promise<SandboxWorker | undefined>;
  /** Variables for the Management API, as the Pulumi CLI gets them. */
  environment(): Promise<NodeJS.ProcessEnv>;
}

/**
 * The connections of a stack.
 *
 * In the cloud, a variable of the environment comes before what the stack tells, so that a scheduled run needs no Pulumi at all; in the
 * sandbox no variable counts: a rehearsal cannot reach a real database because its address happened to be in the shell. But for BACKUP_IDENTITY,
 * which opens and reaches nothing: whoever tries a key from the safe must hear that it is the wrong one.
 *
 * @param chosen the target that the command chose already
 */
export function openConnections(stack: StackName, cloud: boolean, given: NodeJS.ProcessEnv = process.env, chosen?: Target): Connections {
  return connectionsOf(stack, stackAnswers(stack, cloud, chosen), cloud ? given : { BACKUP_IDENTITY: given["BACKUP_IDENTITY"] });
}

/** The same, with other answers: for tests. */
export function connectionsOf(stack: StackName, answers: StackAnswers, given: NodeJS.ProcessEnv): Connections {
  const variable = (name: string) => given[name] || undefined;

  const output = async (name: string): Promise<unknown> => {
    const value = (await answers.outputs())[name];
    if (value === undefined) throw new Error(`CHI-A020 the stack ${stack} gives no output "${name}": npx chisan up ${stack}${answers.kind === "cloud" ? " --cloud" : ""} (dev has neither backups nor a database in the cloud)`);
    return value;
  };
  const text = async (name: string): Promise<string> => {
    const value = await output(name);
    if (typeof value !== "string" || value === "") throw new Error(`CHI-A021 the output "${name}" of ${stack} is no text: npx chisan up ${stack}`);
    return value;
  };

  const credential = async (access: "reader" | "writer"): Promise<Pick<BucketAccess, "accessKeyId" | "secretAccessKey">> => {
    const prefix = `BACKUPS_${access.toUpperCase()}`;
    const [accessKeyId, secretAccessKey] = [variable(`${prefix}_ACCESS_KEY_ID`), variable(`${prefix}_SECRET_ACCESS_KEY`)];
    if (accessKeyId !== undefined && secretAccessKey !== undefined) return { accessKeyId, secretAccessKey };
    const name = access === "reader" ? "backupsReader" : "backupsWriter";
    const value = (await output(name)) as Partial<BucketAccess> | null;
    if (typeof value?.accessKeyId !== "string" || typeof value.secretAccessKey !== "string") throw new Error(`CHI-A021 the output "${name}" of ${stack} is no credential: npx chisan up ${stack}`);
    return { accessKeyId: value.accessKeyId, secretAccessKey: value.secretAccessKey };
  };

  const endpoint = async (): Promise<string> => {
    if (answers.kind === "sandbox") {
      // Its service starts with the stack's answers.
      await answers.outputs();
      const address = answers.sandboxEndpoint();
      if (address === undefined) throw new Error("CHI-A022 the sandbox does not say where its S3 endpoint is: npx chisan sandbox restart");
      return address;
    }
    const account = variable("R2_ACCOUNT_ID") ?? (await answers.configured("cloudflareAccountId"));
    if (account === undefined) throw new Error(`CHI-A023 the account of the bucket is not known: set R2_ACCOUNT_ID, or pulumi config set chisan:cloudflareAccountId --stack ${stack}`);
    return `https://${account}.r2.cloudflarestorage.com`;
  };

  return {
    databaseUrl: async () => variable("DATABASE_URL") ?? (await text("databaseUrl")),
    backups: async (access) => ({ ...(await credential(access)), endpoint: await endpoint(), bucket: variable("BACKUPS_BUCKET_NAME") ?? (await text("backupsBucket")) }),
    async backupRecipients() {
      const recipients = variable("BACKUP_RECIPIENTS")?.split(",") ?? listOf((await answers.configured("backupRecipients")) ?? "[]");
      if (recipients.length === 0) throw new Error(`CHI-A024 ${stack} has no public key to encrypt backups for: pulumi config set --path 'chisan:backupRecipients[0]' <age1…> --stack ${stack}`);
      return recipients;
    },
    async backupIdentity() {
      const identity = variable("BACKUP_IDENTITY") ?? (await answers.configured("backupIdentity"));
      if (identity === undefined) throw new Error("CHI-A025 the private key for backups was not given to this machine: set BACKUP_IDENTITY (AGE-SECRET-KEY-1…)");
      return identity;
    },
    async files() {
      // Its service starts with the stack's answers.
      if (answers.kind === "sandbox") await answers.outputs();
      return filesAccess(stack, answers, given, await answers.sandboxWorker(fileStoreNames({ slug: environmentSlug(stack) }).gateway));
    },
    async supabase() {
      const environment = answers.kind === "sandbox" ? await answers.environment() : given;
      const token = environment["SUPABASE_ACCESS_TOKEN"];
      if (token === undefined || token === "") throw new Error("CHI-A026 the Management API needs a token: set SUPABASE_ACCESS_TOKEN");
      return { projectRef: await text("supabaseProject"), apiUrl: environment["SUPABASE_API_URL"] ?? supabaseApi, token };
    },
  };
}

/** A list as the configuration holds it. */
function listOf(json: string): string[] {
  const value: unknown = JSON.parse(json);
  return Array.isArray(value) ? value.filter((item): item is string => typeof item === "string") : [];
}

function stackAnswers(stack: StackName, cloud: boolean, chosen?: Target): StackAnswers {
  const once = <T>(ask: () => Promise<T>): (() => Promise<T>) => {
    let answer: Promise<T> | undefined;
    return () => (answer ??= ask());
  };
  const target = once(async () => chosen ?? (await chooseTarget(stack, cloud, "state")));
  const configuration = once(async () => JSON.parse(await pulumi(await target(), stack, ["config", "--json", "--show-secrets", ...(await target()).configurationArguments])) as Record<string, { value?: string; objectValue?: unknown }>);
  return {
    kind: cloud ? "cloud" : "sandbox",
    outputs: once(async () => JSON.parse(await pulumi(await target(), stack, ["stack", "output", "--json", "--show-secrets"])) as Record<string, unknown>),
    configured: async (key) => {
      const entry = (await configuration())[`chisan:${key}`];
      return entry?.objectValue === undefined ? entry?.value : JSON.stringify(entry.objectValue);
    },
    sandboxEndpoint: () => readRunning(sandboxPaths(sandboxDirectory()))?.s3Url,
    sandboxWorker: async (name) => {
      const running = cloud ? undefined : readRunning(sandboxPaths(sandboxDirectory()));
      if (running === undefined) return undefined;
      const { workers, offsetSeconds } = await runningFiles(running);
      const url = workers[name];
      return url === undefined ? undefined : { url, offsetSeconds };
    },
    environment: async () => (await target()).environment,
  };
}

async function pulumi(target: Target, stack: StackName, args: readonly string[]): Promise<string> {
  try {
    return await capturedPulumi(stack, target, args);
  } catch (error) {
    if (!(error instanceof PulumiFailed)) throw error;
    throw new Error(`CHI-A027 \`${error.command}\` failed for ${stack} (${error.words}): npx chisan up ${stack}`);
  }
}
