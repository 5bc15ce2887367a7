/**
 * Pulumi's own process for dynamic providers (`@pulumi/pulumi/cmd/dynamic-provider`), driven over gRPC as the engine drives it:
 * what a test sees here is what a real `pulumi up` would get from the provider's module.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import * as grpc from "@grpc/grpc-js";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";

// Pulumi ships no types for its protocol.
// eslint-disable-next-line @typescript-eslint/no-require-imports
const messages = require("@pulumi/pulumi/proto/provider_pb") as Record<string, new () => Message>;
// eslint-disable-next-line @typescript-eslint/no-require-imports
const services = require("@pulumi/pulumi/proto/provider_grpc_pb") as {
  ResourceProviderClient: new (address: string, credentials: grpc.ChannelCredentials) => Client;
};

type Properties = Record<string, unknown>;
type Message = Record<string, (...values: unknown[]) => unknown>;
type Client = Record<string, (request: Message, callback: (error: Error | null, response: Message) => void) => void> & { close(): void };

export interface DynamicProviderProcess {
  check(olds: Properties, news: Properties): Promise<{ inputs: Properties; failures: string[] }>;
  diff(id: string, olds: Properties, news: Properties): Promise<{ changes: boolean; replaces: string[] }>;
  create(properties: Properties): Promise<{ id: string; properties: Properties }>;
  /** An empty id: there is no such thing any more. */
  read(id: string, properties: Properties): Promise<{ id: string; properties: Properties }>;
  update(id: string, olds: Properties, news: Properties): Promise<Properties>;
  delete(id: string, properties: Properties): Promise<void>;
  /** Ends the process that was started, and waits until it has ended. */
  stop(): Promise<void>;
}

/** `DiffResponse.DiffChanges.DIFF_SOME` of Pulumi's protocol. */
const someChanges = 2;

/**
 * @param folder the process's working directory: for the engine, the project's folder
 * @param variables what the engine's environment would give to this provider
 */
export async function startDynamicProvider(folder: string, variables: Readonly<Record<string, string>> = {}): Promise<DynamicProviderProcess> {
  const child = spawn(process.execPath, [require.resolve("@pulumi/pulumi/cmd/dynamic-provider"), "127.0.0.1:0"], {
    cwd: folder,
    // Only what Node needs: a provider must not come to depend on the shell that started the engine.
    env: { PATH: process.env.PATH, HOME: process.env.HOME, TMPDIR: process.env.TMPDIR, ...variables },
    stdio: ["ignore", "pipe", "ignore"],
  });
  const client = new services.ResourceProviderClient(`127.0.0.1:${await portOf(child)}`, grpc.credentials.createInsecure());
  const call = (method: string, request: Message): Promise<Message> =>
    new Promise((resolve, reject) => {
      client[method]?.(request, (error, response) => (error === null ? resolve(response) : reject(error)));
    });
  return {
    async check(olds, news) {
      const response = await call("check", message("CheckRequest", { Olds: olds, News: news }));
      const failures = response.getFailuresList?.() as Message[];
      return { inputs: properties(response.getInputs?.()), failures: failures.map((failure) => String(failure.getReason?.())) };
    },
    async diff(id, olds, news) {
      const response = await call("diff", message("DiffRequest", { Id: id, Olds: olds, News: news }));
      return { changes: response.getChanges?.() === someChanges, replaces: response.getReplacesList?.() as string[] };
    },
    async create(created) {
      const response = await call("create", message("CreateRequest", { Properties: created }));
      return { id: String(response.getId?.()), properties: properties(response.getProperties?.()) };
    },
    async read(id, known) {
      const response = await call("read", message("ReadRequest", { Id: id, Properties: known }));
      return { id: String(response.getId?.()), properties: properties(response.getProperties?.()) };
    },
    async update(id, olds, news) {
      const response = await call("update", message("UpdateRequest", { Id: id, Olds: olds, News: news }));
      return properties(response.getProperties?.());
    },
    async delete(id, known) {
      await call("delete", message("DeleteRequest", { Id: id, Properties: known }));
    },
    async stop() {
      client.close();
      if (child.exitCode !== null || child.signalCode !== null) return;
      const ended = once(child, "exit");
      child.kill("SIGKILL");
      await ended;
    },
  };
}

async function portOf(child: ChildProcess): Promise<string> {
  for await (const chunk of child.stdout as AsyncIterable<Buffer>) {
    const port = /^\d+$/m.exec(chunk.toString());
    if (port !== null) return port[0];
  }
  throw new Error("the dynamic provider's process ended before it named its port");
}

function message(kind: string, fields: Record<string, unknown>): Message {
  const request = new (messages[kind] as new () => Message)();
  for (const [field, value] of Object.entries(fields)) {
    request[`set${field}`]?.(typeof value === "object" ? Struct.fromJavaScript(value as Record<string, never>) : value);
  }
  return request;
}

function properties(struct: unknown): Properties {
  return struct === undefined ? {} : ((struct as Struct).toJavaScript() as Properties);
}
