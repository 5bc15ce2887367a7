import * as grpc from "@grpc/grpc-js";
import * as provider from "@pulumi/pulumi/proto/provider_pb";
import * as plugin from "@pulumi/pulumi/proto/plugin_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import type { Message } from "google-protobuf";
import type { Configurations } from "./configurations";
import type { PropertyChange } from "./contract";
import { formatPath, parsePath } from "./property-path";
import type { ResourceOperations, Subject } from "./resource-operations";
import { Schema, type SchemaPackage } from "./schema";
import { typeOf } from "./urn";
import { decode, encode } from "./wire";

/** A package served by a bridge of Terraform providers: what `Parameterize` may ask for. */
export const parameterized: { [name: string]: { version: string; remote: string } } = {
  vercel: { version: "5.10.0", remote: "vercel/vercel" },
  supabase: { version: "1.10.1", remote: "supabase/supabase" },
};

export interface ServiceOptions {
  /** The plugin's name: a schema's package, or `terraform-provider`. */
  plugin: SchemaPackage | "terraform-provider";
  pluginVersion: string;
  operations: ResourceOperations;
  configurations: Configurations;
}

type Call<T> = { request: T; getPeer(): string };
type Callback = (error: Partial<grpc.StatusObject> | null, response?: Message) => void;
type Handler = (call: never, callback: Callback) => void;

/**
 * The engine's `ResourceProvider` service over the operations. One instance answers any number of engines at the same time: a
 * resource's package and stack are in its URN, and only its provider's settings are told by the connection.
 */
export function providerService({ plugin: pluginName, pluginVersion, operations, configurations }: ServiceOptions): {
  [method: string]: Handler;
} {
  const subject = (call: Call<{ getUrn(): string }>): Subject => {
    const urn = call.request.getUrn();
    return { urn, configuration: configurations.of(call.getPeer(), typeOf(urn).split(":")[0]!, urn) };
  };
  const schemaOf = (name: string): Schema => {
    if (pluginName !== "terraform-provider") return Schema.of(pluginName);
    if (!(name in parameterized))
      throw new Error(
        `CHI-S116 the sandbox's terraform-provider knows ${Object.keys(parameterized).join(", ")}, not ${JSON.stringify(name)}`,
      );
    return Schema.of(name as SchemaPackage);
  };

  const unary = handlers({
    handshake: () => {
      const response = new provider.ProviderHandshakeResponse();
      response.setAcceptSecrets(true);
      return response;
    },
    getPluginInfo: () => {
      const response = new plugin.PluginInfo();
      response.setVersion(pluginVersion);
      return response;
    },
    attach: () => new Empty(),
    // One engine gives up; the others go on.
    cancel: () => new Empty(),
    getSchema: ({ request }: Call<provider.GetSchemaRequest>) => {
      const response = new provider.GetSchemaResponse();
      response.setSchema(
        pluginName === "terraform-provider" && request.getSubpackageName() === ""
          ? JSON.stringify({ name: pluginName, version: pluginVersion })
          : schemaOf(request.getSubpackageName()).text,
      );
      return response;
    },
    parameterize: ({ request }: Call<provider.ParameterizeRequest>) => {
      const args = request.getArgs()?.getArgsList();
      const value = request.getValue();
      const name = value
        ? value.getName()
        : Object.keys(parameterized).find(
            (each) => args?.[0] === parameterized[each]!.remote || args?.[0]?.endsWith(`/${parameterized[each]!.remote}`),
          );
      const wanted = value ? value.getVersion() : (args?.[1] ?? "");
      const known = name === undefined || pluginName !== "terraform-provider" ? undefined : parameterized[name];
      if (!known || (wanted !== "" && wanted !== known.version)) {
        const offered = Object.values(parameterized).map(({ remote, version }) => `${remote} ${version}`);
        throw new Error(
          `CHI-S117 the sandbox's ${pluginName} cannot be ${name ?? args?.join(" ") ?? "parameterized"} ${wanted}: it has ${pluginName === "terraform-provider" ? offered.join(", ") : "no parameters"}`,
        );
      }
      const response = new provider.ParameterizeResponse();
      response.setName(name!);
      response.setVersion(known.version);
      return response;
    },
    checkConfig: ({ request }: Call<provider.CheckRequest>) => {
      const response = new provider.CheckResponse();
      response.setInputs(request.getNews());
      return response;
    },
    diffConfig: () => {
      // A changed token or project is never a reason to replace what the old one made.
      const response = new provider.DiffResponse();
      response.setChanges(provider.DiffResponse.DiffChanges.DIFF_NONE);
      return response;
    },
    configure: (call: Call<provider.ConfigureRequest>) => {
      const packageName = call.request.getUrn() ? typeOf(call.request.getUrn()!).split(":")[2]! : pluginName;
      configurations.remember(call.getPeer(), packageName, call.request.getUrn(), decode(call.request.getArgs()));
      const response = new provider.ConfigureResponse();
      response.setAcceptsecrets(true);
      response.setSupportspreview(true);
      return response;
    },
    check: (call: Call<provider.CheckRequest>) => {
      const { request } = call;
      const olds = request.hasOlds() ? decode(request.getOlds()) : undefined;
      const hasOlds = olds !== undefined && Object.keys(olds.values).length > 0;
      const checked = operations.check(subject(call), decode(request.getNews()), hasOlds ? olds : undefined, request.getRandomseed_asU8());
      const response = new provider.CheckResponse();
      response.setInputs(encode(checked));
      response.setFailuresList(
        checked.failures.map(({ property, reason }) => {
          const failure = new provider.CheckFailure();
          failure.setProperty(property);
          failure.setReason(reason);
          return failure;
        }),
      );
      return response;
    },
    diff: (call: Call<provider.DiffRequest>) => {
      const { request } = call;
      const olds = decode(request.getOlds());
      // Engines from before old inputs were sent compare with the outputs.
      const oldInputs = request.hasOldInputs() ? decode(request.getOldInputs()) : olds;
      const answer = operations.diff(subject(call), olds, oldInputs, decode(request.getNews()), request.getIgnorechangesList());
      const response = new provider.DiffResponse();
      const { DIFF_NONE, DIFF_SOME } = provider.DiffResponse.DiffChanges;
      response.setChanges(answer.changes.length === 0 ? DIFF_NONE : DIFF_SOME);
      response.setDeletebeforereplace(answer.deleteBeforeReplace);
      response.setHasdetaileddiff(true);
      const top = (path: string): string => String(parsePath(path)[0]);
      response.setDiffsList([...new Set(answer.changes.map(({ path }) => top(path)))]);
      const replacing = answer.changes.filter((change) => change.replaces);
      // A type of which any change replaces names no single property.
      response.setReplacesList(
        answer.replaces ? [...new Set((replacing.length > 0 ? replacing : answer.changes).map(({ path }) => top(path)))] : [],
      );
      for (const change of answer.changes) {
        const detail = new provider.PropertyDiff();
        detail.setKind(kindOf(change, answer.replaces && replacing.length === 0));
        detail.setInputdiff(true);
        response.getDetaileddiffMap().set(formatPath(parsePath(change.path)), detail);
      }
      return response;
    },
    create: async (call: Call<provider.CreateRequest>) => {
      const created = await operations.create(subject(call), decode(call.request.getProperties()), call.request.getPreview());
      const response = new provider.CreateResponse();
      response.setId(created.id);
      response.setProperties(encode(created));
      return response;
    },
    read: async (call: Call<provider.ReadRequest>) => {
      const { request } = call;
      const found = await operations.read(subject(call), request.getId(), decode(request.getProperties()), decode(request.getInputs()));
      const response = new provider.ReadResponse();
      // No ID: it is gone.
      if (!found) return response;
      response.setId(found.id);
      response.setProperties(encode(found.state));
      response.setInputs(encode(found.inputs));
      return response;
    },
    update: async (call: Call<provider.UpdateRequest>) => {
      const { request } = call;
      const updated = await operations.update(
        subject(call),
        request.getId(),
        decode(request.getOlds()),
        decode(request.getNews()),
        request.getPreview(),
      );
      const response = new provider.UpdateResponse();
      response.setProperties(encode(updated));
      return response;
    },
    delete: async (call: Call<provider.DeleteRequest>) => {
      await operations.remove(subject(call), call.request.getId(), decode(call.request.getProperties()));
      return new Empty();
    },
    invoke: async (call: Call<provider.InvokeRequest>) => {
      const token = call.request.getTok();
      const configuration = configurations.of(call.getPeer(), token.split(":")[0]!, "");
      const result = await operations.invoke(token, decode(call.request.getArgs()), configuration);
      const response = new provider.InvokeResponse();
      response.setReturn(encode(result));
      return response;
    },
    getMapping: () => new provider.GetMappingResponse(),
    getMappings: () => new provider.GetMappingsResponse(),
    construct: () => unimplemented(pluginName, "Construct"),
    call: () => unimplemented(pluginName, "Call"),
  });
  // `List` answers with a stream.
  const list = (call: { emit(event: "error", error: Partial<grpc.StatusObject>): void }): void => {
    call.emit("error", { code: grpc.status.UNIMPLEMENTED, details: `CHI-S118 the sandbox's ${pluginName} has no List` });
  };
  return { ...unary, list };
}

function unimplemented(pluginName: string, method: string): never {
  throw Object.assign(new Error(`CHI-S118 the sandbox's ${pluginName} has no ${method}: none of its packages has components or methods`), {
    code: grpc.status.UNIMPLEMENTED,
  });
}

function kindOf({ kind, replaces }: PropertyChange, everyChangeReplaces: boolean): provider.PropertyDiff.Kind {
  const { Kind } = provider.PropertyDiff;
  const replacing = replaces || everyChangeReplaces;
  switch (kind) {
    case "add":
      return replacing ? Kind.ADD_REPLACE : Kind.ADD;
    case "delete":
      return replacing ? Kind.DELETE_REPLACE : Kind.DELETE;
    case "update":
      return replacing ? Kind.UPDATE_REPLACE : Kind.UPDATE;
  }
}

/** Turns functions that return or throw into gRPC handlers. */
function handlers(functions: { [method: string]: (call: never) => Message | Promise<Message> }): { [method: string]: Handler } {
  const wrapped = Object.entries(functions).map(([method, run]): [string, Handler] => [
    method,
    (call, callback) => {
      const answer = async (): Promise<Message> => run(call);
      answer().then(
        (response) => callback(null, response),
        (error: Error & { code?: unknown }) =>
          callback({ code: typeof error.code === "number" ? error.code : grpc.status.UNKNOWN, details: error.message }),
      );
    },
  ]);
  return Object.fromEntries(wrapped);
}
