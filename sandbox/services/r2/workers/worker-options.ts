import type { World, WorldRecord } from "../../../world/world";
import { findBucket } from "../world-buckets";
import type { BindingServer } from "./binding-server";
import { queueType } from "./queues";
import { queueSenderScript } from "./queue-sender";
import { withClock } from "./worker-clock";

export const scriptType = "cloudflare:index/workersScript:WorkersScript";

interface Binding {
  type: string;
  name: string;
  bucketName?: string;
  jurisdiction?: string;
  queueName?: string;
  text?: string;
  json?: string;
  className?: string;
  scriptName?: string;
  service?: string;
}

interface Migrations {
  newSqliteClasses?: string[];
  steps?: { newSqliteClasses?: string[] }[];
}

/** The options of one Worker, for Miniflare; plain data but for the addresses. */
export type WorkerOptions = Record<string, unknown> & { name: string };

const senderName = "chisan-queue-sender";

/** What Workers run with. */
export interface Surroundings {
  readonly world: World;
  readonly bindings: BindingServer;
  /** Of the sandbox's clock. */
  readonly offsetSeconds: number;
}

/** All Workers of the world as Miniflare's options; of none, an empty list. A Worker that cannot run here is told to `refuse` and left out. */
export function workerOptions(surroundings: Surroundings, refuse: (script: string, why: string) => void): WorkerOptions[] {
  const { world, bindings } = surroundings;
  const workers = world.list(scriptType).flatMap((record): WorkerOptions[] => {
    const name = String(record.inputs.scriptName);
    try {
      return [oneWorker(surroundings, record)];
    } catch (error) {
      refuse(name, (error as Error).message);
      return [];
    }
  });
  if (workers.length === 0) return [];
  return [
    ...workers,
    {
      name: senderName,
      modules: true,
      script: queueSenderScript,
      serviceBindings: { sink: { external: { address: bindings.address, http: {} } } },
    },
  ];
}

function oneWorker({ world, bindings: server, offsetSeconds }: Surroundings, { inputs }: WorldRecord): WorkerOptions {
  const { scriptName, content, mainModule, compatibilityDate, compatibilityFlags } = inputs as Record<string, string> & {
    compatibilityFlags?: string[];
  };
  if (typeof content !== "string")
    throw new Error("CHI-S234 only a Worker with its code in `content` runs in the sandbox: give the content instead of a file or assets");
  const account = String(inputs.accountId);
  const code = withClock(content, offsetSeconds);
  const options: Record<string, Record<string, unknown>> = {
    bindings: {},
    r2Buckets: {},
    wrappedBindings: {},
    durableObjects: {},
    serviceBindings: {},
  };
  const set = (kind: string, name: string, value: unknown) => ((options[kind] as Record<string, unknown>)[name] = value);
  for (const binding of (inputs.bindings ?? []) as unknown as Binding[]) {
    const { type, name } = binding;
    switch (type) {
      case "r2_bucket": {
        const bucket = findBucket(world, account, binding.bucketName ?? "", binding.jurisdiction);
        if (bucket === undefined)
          throw new Error(`CHI-S235 the bucket ${binding.bucketName} of the binding ${name} does not exist (any more): run \`pulumi up\``);
        set("r2Buckets", name, { id: bucket.id, remoteProxyConnectionString: server.bucketUrl(bucket.id) });
        break;
      }
      case "queue": {
        const queue = world.list(queueType).find(({ outputs }) => outputs.queueName === binding.queueName && outputs.accountId === account);
        if (queue === undefined)
          throw new Error(`CHI-S235 the queue ${binding.queueName} of the binding ${name} does not exist (any more): run \`pulumi up\``);
        set("wrappedBindings", name, { scriptName: senderName, bindings: { path: server.queuePath(String(queue.outputs.queueId)) } });
        break;
      }
      case "plain_text":
      case "secret_text":
        set("bindings", name, binding.text ?? "");
        break;
      case "json":
        set("bindings", name, JSON.parse(binding.json ?? "null"));
        break;
      case "durable_object_namespace":
        set("durableObjects", name, {
          className: binding.className,
          scriptName: binding.scriptName,
          useSQLite: isSqlite(world, account, binding, scriptName ?? ""),
        });
        break;
      case "service":
        set("serviceBindings", name, binding.service);
        break;
      default:
        throw new Error(
          `CHI-S236 bindings of the type ${type} (${name}) do not run in the sandbox: add the type to sandbox/services/r2/workers/worker-options.ts`,
        );
    }
  }
  return {
    name: scriptName ?? "",
    ...(mainModule === undefined ? { script: code } : { modules: [{ type: "ESModule", path: mainModule, contents: code }] }),
    // What Cloudflare takes for a Worker without a date.
    compatibilityDate: compatibilityDate || "2021-11-02",
    compatibilityFlags: compatibilityFlags ?? [],
    unsafeDirectSockets: [{ host: "127.0.0.1", port: 0 }],
    ...options,
  };
}

/** Whether the migrations of the script that has the class made it with SQLite. */
function isSqlite(world: World, account: string, { className = "", scriptName }: Binding, own: string): boolean {
  const script = world.list(scriptType).find(({ inputs }) => inputs.scriptName === (scriptName ?? own) && inputs.accountId === account);
  const migrations = (script?.inputs.migrations ?? {}) as Migrations;
  return [migrations, ...(migrations.steps ?? [])].some(({ newSqliteClasses }) => newSqliteClasses?.includes(className));
}
