import * as grpc from "@grpc/grpc-js";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { EventsService } from "@pulumi/pulumi/proto/events_grpc_pb";
import type { EventRequest } from "@pulumi/pulumi/proto/events_pb";

/** Receives what an engine reports while it runs. */
export interface EventStream {
  /** What `--event-log` takes. */
  address: string;
  stop(): void;
}

/**
 * Listens on 127.0.0.1 for the events of an engine, as the Automation API does, and passes each on. Not a log file: the Node SDK's
 * debug messages are among them with every secret in plain text, and a file would outlive a run that was killed.
 *
 * The engine waits until the last event has been taken before it ends.
 */
export async function listenForEvents<Event>(onEvent: (event: Event) => void): Promise<EventStream> {
  const server = new grpc.Server({ "grpc.max_receive_message_length": 400 * 1024 * 1024 });
  const streamEvents: grpc.handleClientStreamingCall<EventRequest, Empty> = (call, answer) => {
    call.on("data", (request: EventRequest) => onEvent(JSON.parse(request.getEvent()) as Event));
    call.on("end", () => answer(null, new Empty()));
    // The engine was killed: there is nobody to answer.
    call.on("error", () => undefined);
  };
  server.addService(EventsService as unknown as grpc.ServiceDefinition, { streamEvents });
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, bound) => (error === null ? resolve(bound) : reject(error)));
  });
  return { address: `tcp://127.0.0.1:${port}`, stop: () => server.forceShutdown() };
}
