/** The questions that tell what is left of prod. Each goes to the system itself, with what the recovery kit has. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { projectName } from "../../../../sandbox/control/stacks";
import { sandboxToken } from "../../../../sandbox/control/environment";
import { readRunning } from "../../../../sandbox/control/running";
import { sandboxDirectory, sandboxPaths } from "../../../../sandbox/control/paths";
import { connectTo } from "../../../backup/restore/connect";
import type { FilesAccess } from "../../../connections/files-access";
import { GatewayClient } from "../../../files/gateway-client";
import { askHost, type HostAnswer } from "../ask-host";
import type { ProdSide } from "../prod-side";
import type { Question } from "./ask-systems";

/** @param cloud where the systems are */
export function prodQuestions(prod: ProdSide, cloud: boolean, environment: NodeJS.ProcessEnv = process.env): Question[] {
  const { hosts, database, supabaseProject } = prod.kit;
  return [
    { system: "web app", ask: async (signal) => healthy(hosts.app, await askHost(hosts.app, "/health", { cloud, signal })) },
    { system: "API", ask: async (signal) => healthy(hosts.api, await askHost(hosts.api, "/health", { cloud, signal })) },
    { system: "database", ask: () => askDatabase(database.url) },
    { system: "Supabase", ask: (signal) => askSupabase(supabaseProject, cloud, environment, signal) },
    { system: "Pulumi state", ask: (signal) => (cloud ? askBackend(environment["PULUMI_BACKEND_URL"] ?? "", signal) : askSandboxState()) },
    { system: "files gateway", ask: async () => askGateway(await prod.files()) },
  ];
}

function healthy(host: string, { status, words }: HostAnswer): string {
  if (status >= 200 && status < 300) return `${host} answers ${status}${words === "" ? "" : `, ${words}`}`;
  throw new Error(`${host} answers ${status}${words === "" ? "" : `, ${words}`}`);
}

async function askDatabase(url: string): Promise<string> {
  const client = await connectTo(url, "prod's database");
  try {
    const { rows } = await client.query<{ readonly: string; version: string }>("select current_setting('transaction_read_only') as readonly, current_setting('server_version') as version");
    return `PostgreSQL ${rows[0]?.version}${rows[0]?.readonly === "on" ? ", read-only" : ", takes writes"}`;
  } finally {
    await client.end().catch(() => undefined);
  }
}

async function askSupabase(project: string, cloud: boolean, environment: NodeJS.ProcessEnv, signal: AbortSignal): Promise<string> {
  const url = cloud ? "https://api.supabase.com" : readRunning(sandboxPaths(sandboxDirectory()))?.supabaseApiUrl;
  const token = cloud ? environment["SUPABASE_ACCESS_TOKEN"] : sandboxToken;
  if (url === undefined) throw new Error("the sandbox does not run");
  if (token === undefined || token === "") throw new Error("not asked: SUPABASE_ACCESS_TOKEN is not set");
  const answer = await fetch(`${url}/v1/projects/${project}`, { headers: { authorization: `Bearer ${token}` }, signal });
  if (!answer.ok) throw new Error(`the Management API answers ${answer.status} for prod's project`);
  return `prod's project is ${String(((await answer.json()) as { status?: unknown }).status)}`;
}

/** Where the state is kept, not what is in it: a bucket that refuses a stranger is there. */
async function askBackend(backend: string, signal: AbortSignal): Promise<string> {
  const bucket = /^gs:\/\/([^/?]+)/.exec(backend)?.[1];
  const address = bucket === undefined ? (/^https?:/.test(backend) ? backend : backend === "" ? "https://api.pulumi.com" : undefined) : `https://storage.googleapis.com/storage/v1/b/${bucket}`;
  if (address === undefined) throw new Error(`not asked: ${backend.split(":")[0]} backends are not known here`);
  const { status } = await fetch(address, { signal });
  if (status === 404 || status >= 500) throw new Error(`its backend answers ${status}`);
  return `its backend answers (${status})`;
}

async function askSandboxState(): Promise<string> {
  const file = join(sandboxPaths(sandboxDirectory()).state, ".pulumi", "stacks", projectName, "prod.json");
  if (!existsSync(file)) throw new Error("the sandbox's backend has no state of prod");
  return "the sandbox's backend has it";
}

/** With the key of the kit: that it is still accepted is what a stand-up needs to know. */
async function askGateway(files: FilesAccess): Promise<string> {
  for await (const _page of new GatewayClient(files, fetch, 200).present({ key: "stand-up-question" })) break;
  return `${new URL(files.url).host} accepts the operator's key`;
}
