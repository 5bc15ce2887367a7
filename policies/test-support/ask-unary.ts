import * as grpc from "@grpc/grpc-js";

export interface Answer {
  /** gRPC's status code; 0 is OK. */
  readonly code: number;
  readonly details: string;
  readonly body?: Buffer;
}

/** Asks a server on 127.0.0.1 as the engine does, with a real gRPC client. */
export function askUnary(port: number, path: string, request: Uint8Array = Buffer.alloc(0)): Promise<Answer> {
  const client = new grpc.Client(`127.0.0.1:${port}`, grpc.credentials.createInsecure());
  return new Promise((resolve) => {
    client.makeUnaryRequest(path, (bytes: Buffer) => bytes, (bytes) => bytes, Buffer.from(request), (error, body) => {
      client.close();
      resolve({ code: error?.code ?? 0, details: error?.details ?? "", ...(body === undefined ? {} : { body }) });
    });
  });
}
