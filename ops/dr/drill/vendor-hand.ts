/** Somebody with a vendor's credentials deletes a thing there, past all of our tools: no state hears of it. */
import { credentials, type ServiceError } from "@grpc/grpc-js";
import { ResourceProviderClient } from "@pulumi/pulumi/proto/provider_grpc_pb";
import { DeleteRequest } from "@pulumi/pulumi/proto/provider_pb";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import type { Running } from "../../../sandbox/control/running";
import type { PluginName } from "../../../sandbox/providers/versions";

/**
 * @param type as in the schemas: `supabase:index/project:Project`
 * @param id the vendor's
 * @throws CHI-H140 with the sandbox's words
 */
export async function deleteAtVendor({ providers }: Pick<Running, "providers">, plugin: PluginName, type: string, id: string): Promise<void> {
  const port = (providers as Partial<Record<string, number>>)[plugin];
  if (port === undefined) throw new Error(`CHI-H140 the sandbox does not say where ${plugin} listens: npx chisan sandbox restart`);
  const client = new ResourceProviderClient(`127.0.0.1:${port}`, credentials.createInsecure(), { "grpc.use_local_subchannel_pool": 1 });
  const request = new DeleteRequest();
  request.setUrn(`urn:pulumi:nobody::elsewhere::${type}::by-hand`);
  request.setId(id);
  request.setProperties(Struct.fromJavaScript({}));
  try {
    await new Promise<void>((resolve, reject) => {
      client.delete(request, (error: ServiceError | null) => (error === null ? resolve() : reject(new Error(`CHI-H140 ${type} ${id} cannot be deleted at the sandbox's vendor (${error.details.split("\n")[0]}): npx chisan sandbox restart`))));
    });
  } finally {
    client.close();
  }
}
