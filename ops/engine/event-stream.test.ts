import * as grpc from "@grpc/grpc-js";
import { EventsClient } from "@pulumi/pulumi/proto/events_grpc_pb";
import { EventRequest } from "@pulumi/pulumi/proto/events_pb";
import { listenForEvents, type EventStream } from "./event-stream";

interface Event {
  text: string;
}

describe("the events of an engine", () => {
  let stream: EventStream;
  let seen: string[];
  let engine: EventsClient;

  beforeEach(async () => {
    seen = [];
    stream = await listenForEvents<Event>(({ text }) => seen.push(text));
    engine = new EventsClient(stream.address.replace("tcp://", ""), grpc.credentials.createInsecure());
  });
  afterEach(() => {
    engine.close();
    stream.stop();
  });

  /** One phase of a run: the engine sends its events and waits until they were taken. */
  function phase(...texts: string[]): Promise<void> {
    return new Promise((resolve, reject) => {
      const call = engine.streamEvents((error: grpc.ServiceError | null) => (error === null ? resolve() : reject(error)));
      for (const text of texts) {
        const request = new EventRequest();
        request.setEvent(JSON.stringify({ text }));
        call.write(request);
      }
      call.end();
    });
  }

  test("listens on this machine only", () => expect(stream.address).toMatch(/^tcp:\/\/127\.0\.0\.1:\d+$/));

  test("all have been taken, in order, when the engine is answered; the preview's and then the operation's", async () => {
    await phase("a", "b");
    expect(seen).toEqual(["a", "b"]);
    await phase("c");
    expect(seen).toEqual(["a", "b", "c"]);
  });

  test("an event of several megabytes is whole", async () => {
    await phase("가".repeat(3_000_000));
    expect(seen[0]).toHaveLength(3_000_000);
  });

  test("an engine that is killed in the middle does no harm", async () => {
    const call = engine.streamEvents(() => undefined);
    call.on("error", () => undefined);
    const request = new EventRequest();
    request.setEvent(JSON.stringify({ text: "last words" }));
    await new Promise((resolve) => call.write(request, resolve));
    call.cancel();
    await phase("the next run");
    expect(seen).toContain("the next run");
  });
});
