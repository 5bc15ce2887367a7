import { randomBytes } from "node:crypto";
import * as grpc from "@grpc/grpc-js";
import * as provider from "@pulumi/pulumi/proto/provider_pb";
import { ResourceProviderClient } from "@pulumi/pulumi/proto/provider_grpc_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import type { Message } from "google-protobuf";

/** What the wire carries for secrets and unknowns. */
export const secret = (value: unknown): object => ({ "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", value });
export const unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

export interface Managed {
  urn: string;
  id: string;
  inputs: { [name: string]: unknown };
  outputs: { [name: string]: unknown };
}

type Properties = { [name: string]: unknown };
const struct = (values: Properties): Struct => Struct.fromJavaScript(JSON.parse(JSON.stringify(values)) as { [name: string]: never });
const plain = (values: Struct | undefined): Properties => (values?.toJavaScript() ?? {}) as Properties;

/** One engine: a gRPC connection to one provider, and the calls in the order in which the engine makes them. */
export class EngineClient {
  readonly client: ResourceProviderClient;

  constructor(
    port: number,
    readonly stack = "dev",
  ) {
    // A connection of its own: the library would otherwise share one between clients of one address.
    this.client = new ResourceProviderClient(`127.0.0.1:${port}`, grpc.credentials.createInsecure(), {
      "grpc.use_local_subchannel_pool": 1,
    });
  }

  close(): void {
    this.client.close();
  }

  urn(token: string, name: string): string {
    return `urn:pulumi:${this.stack}::chisan::chisan:infrastructure:Part$${token}::${name}`;
  }

  /** A call by the method's name in the protocol. */
  call<T extends Message>(method: string, request: Message): Promise<T> {
    const unary = (
      this.client as unknown as {
        [name: string]: (request: Message, callback: (error: grpc.ServiceError | null, response: T) => void) => void;
      }
    )[method]!;
    return new Promise((resolve, reject) =>
      unary.call(this.client, request, (error, response) => (error ? reject(new Error(error.details)) : resolve(response))),
    );
  }

  async configure(packageName: string, settings: Properties): Promise<void> {
    const request = new provider.ConfigureRequest();
    request.setUrn(`urn:pulumi:${this.stack}::chisan::pulumi:providers:${packageName}::default`);
    request.setArgs(struct(settings));
    await this.call("configure", request);
  }

  async check(
    token: string,
    name: string,
    news: Properties,
    olds: Properties = {},
  ): Promise<{ inputs: Properties; failures: Array<{ property: string; reason: string }> }> {
    const request = new provider.CheckRequest();
    request.setUrn(this.urn(token, name));
    request.setNews(struct(news));
    request.setOlds(struct(olds));
    request.setRandomseed(randomBytes(32));
    const response = await this.call<provider.CheckResponse>("check", request);
    return {
      inputs: plain(response.getInputs()),
      failures: response.getFailuresList().map((failure) => ({ property: failure.getProperty(), reason: failure.getReason() })),
    };
  }

  /** Check and Create; a failure of Check is thrown. */
  async create(token: string, name: string, news: Properties, preview = false): Promise<Managed> {
    const { inputs, failures } = await this.check(token, name, news);
    if (failures.length > 0) throw new Error(failures.map(({ property, reason }) => `${property}: ${reason}`).join("\n"));
    const request = new provider.CreateRequest();
    request.setUrn(this.urn(token, name));
    request.setProperties(struct(inputs));
    request.setPreview(preview);
    const response = await this.call<provider.CreateResponse>("create", request);
    return { urn: this.urn(token, name), id: response.getId(), inputs, outputs: plain(response.getProperties()) };
  }

  async diff(resource: Managed, news: Properties, ignore: string[] = []): Promise<provider.DiffResponse & { news: Properties }> {
    const { token, name } = parts(resource.urn);
    const { inputs, failures } = await this.check(token, name, news, resource.inputs);
    if (failures.length > 0) throw new Error(failures.map(({ property, reason }) => `${property}: ${reason}`).join("\n"));
    const request = new provider.DiffRequest();
    request.setId(resource.id);
    request.setUrn(resource.urn);
    request.setOlds(struct(resource.outputs));
    request.setOldInputs(struct(resource.inputs));
    request.setNews(struct(inputs));
    request.setIgnorechangesList(ignore);
    return Object.assign(await this.call<provider.DiffResponse>("diff", request), { news: inputs });
  }

  /** Whether a second `up` with these inputs would leave the resource alone. */
  async isSettled(resource: Managed, news: Properties): Promise<boolean> {
    return (await this.diff(resource, news)).getChanges() === provider.DiffResponse.DiffChanges.DIFF_NONE;
  }

  async update(resource: Managed, news: Properties, preview = false): Promise<Managed> {
    const { news: inputs } = await this.diff(resource, news);
    const request = new provider.UpdateRequest();
    request.setId(resource.id);
    request.setUrn(resource.urn);
    request.setOlds(struct(resource.outputs));
    request.setOldInputs(struct(resource.inputs));
    request.setNews(struct(inputs));
    request.setPreview(preview);
    const response = await this.call<provider.UpdateResponse>("update", request);
    return { ...resource, inputs, outputs: plain(response.getProperties()) };
  }

  /** A refresh; undefined when the resource is gone. */
  async refresh(resource: Managed): Promise<Managed | undefined> {
    return this.read(resource.urn, resource.id, resource.outputs, resource.inputs);
  }

  async import(token: string, name: string, id: string): Promise<Managed | undefined> {
    return this.read(this.urn(token, name), id, {}, {});
  }

  private async read(urn: string, id: string, state: Properties, inputs: Properties): Promise<Managed | undefined> {
    const request = new provider.ReadRequest();
    request.setId(id);
    request.setUrn(urn);
    request.setProperties(struct(state));
    request.setInputs(struct(inputs));
    const response = await this.call<provider.ReadResponse>("read", request);
    return response.getId() === ""
      ? undefined
      : { urn, id: response.getId(), inputs: plain(response.getInputs()), outputs: plain(response.getProperties()) };
  }

  async delete(resource: Managed): Promise<void> {
    const request = new provider.DeleteRequest();
    request.setId(resource.id);
    request.setUrn(resource.urn);
    request.setProperties(struct(resource.outputs));
    request.setOldInputs(struct(resource.inputs));
    await this.call<Empty>("delete", request);
  }

  async invoke(token: string, args: Properties): Promise<Properties> {
    const request = new provider.InvokeRequest();
    request.setTok(token);
    request.setArgs(struct(args));
    return plain((await this.call<provider.InvokeResponse>("invoke", request)).getReturn());
  }
}

function parts(urn: string): { token: string; name: string } {
  const [, , qualified = "", name = ""] = urn.split("::");
  return { token: qualified.slice(qualified.lastIndexOf("$") + 1), name };
}
