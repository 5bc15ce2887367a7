/** The Durable Object of one file: there is one in the world, so its queue is the order of the file's writes. */
import type { Buckets } from "../file-versions/archive";
import type { DurableObjectState, R2Metadata, R2Part } from "../runtime";
import { type Answer, Refusal, answering, respond } from "./answer";
import { FileWriter } from "./file-writer";
import { withoutStalls } from "./stalled";
import { UsedSignatures } from "./used-signatures";

/** A write as the Worker hands it on: checked, and the address's signature beside it. */
export interface WriteRequest {
  readonly key: string;
  readonly signature: string;
  /** Seconds since 1970. */
  readonly expires: number;
  readonly ifPresent?: string;
  readonly write:
    | { readonly kind: "put"; readonly length: number; readonly metadata: R2Metadata; readonly sha256?: string }
    | { readonly kind: "delete" }
    | { readonly kind: "complete"; readonly uploadId: string; readonly parts: readonly R2Part[] }
    | { readonly kind: "restore"; readonly version: string };
}

/** The header that carries a WriteRequest, so that the body stays the content's own. */
export const writeHeader = "x-chisan-write";

/** Milliseconds between two looks at what may be forgotten. */
const cleanEvery = 3_600_000;

export class FileObject {
  private last: Promise<unknown> = Promise.resolve();

  public constructor(
    private readonly state: DurableObjectState,
    private readonly environment: Buckets,
  ) {}

  public fetch(request: Request): Promise<Response> {
    const write = JSON.parse(decodeURIComponent(request.headers.get(writeHeader) ?? "null")) as WriteRequest;
    return answering(() => this.inTurn(async () => respond(await this.once(write, request.body))));
  }

  public alarm(): Promise<void> {
    return this.inTurn(async () => {
      const key = await this.state.storage.get<string>("key");
      if (key !== undefined) await this.writer(key).recover();
      const now = Date.now();
      if (await new UsedSignatures(this.state.storage).forget(new Date(now))) await this.state.storage.setAlarm(now + cleanEvery);
    });
  }

  /** One after the other, whatever became of the one before. */
  private async inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    const turn = this.last.then(work, work);
    this.last = turn.catch(() => undefined);
    return turn;
  }

  private async once(request: WriteRequest, body: ReadableStream<Uint8Array> | null): Promise<Answer> {
    const { storage } = this.state;
    const used = new UsedSignatures(storage);
    const before = await used.answerOf(request.signature);
    if (before !== undefined) {
      // Read to its end: a client that is still sending would not see the answer.
      await body?.pipeTo(new WritableStream());
      return before;
    }
    // For the alarm, which is not told whose it is.
    await storage.put("key", request.key);
    const answer = await this.write(request, body);
    await used.remember(request.signature, request.expires, answer);
    if ((await storage.getAlarm()) === null) await storage.setAlarm(Date.now() + cleanEvery);
    return answer;
  }

  private async write({ key, ifPresent, write }: WriteRequest, body: ReadableStream<Uint8Array> | null): Promise<Answer> {
    const writer = this.writer(key);
    const condition = ifPresent === undefined ? {} : { ifPresent };
    switch (write.kind) {
      case "put": {
        const transfer = withoutStalls(body, write.length);
        const putting = writer.put(transfer.content, { ...condition, ...write.metadata, sha256: write.sha256 }).finally(() => transfer.stop());
        const [put, sending] = await Promise.allSettled([putting, transfer.sent]);
        if (put.status === "fulfilled") return put.value;
        // R2's own error for a broken stream says less than the sender's side does.
        throw !(put.reason instanceof Refusal) && sending.status === "rejected" ? sending.reason : put.reason;
      }
      case "delete":
        return writer.delete(condition);
      case "complete":
        return writer.completeUpload(write.uploadId, write.parts, condition);
      case "restore":
        return writer.restore(write.version, condition);
    }
  }

  private writer(key: string): FileWriter {
    const clock = { now: () => new Date(), wait: (time: number) => new Promise<void>((resolve) => setTimeout(resolve, time)) };
    return new FileWriter(key, this.environment, this.state.storage, clock);
  }
}
