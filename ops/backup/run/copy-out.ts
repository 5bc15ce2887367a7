/**
 * `COPY … TO STDOUT` as frames. The server sends each row as a message of its own (PostgreSQL 15, protocol-flow, "COPY Operations"): a
 * gigabyte of order lines is some six million. A library's event or buffer for each costs more than everything else that is done with the
 * row, so messages are taken apart here, in place, in the buffer that the compressor reads.
 */
import { Readable } from "node:stream";
import type { Socket } from "node:net";
import type { Connection, Submittable } from "pg";
import type { FramePool } from "../format/frame-pool";
import { DatabaseSocket } from "./database-socket";

/** Codes of messages (protocol-message-formats). */
const copyData = 0x64;
const copyDone = 0x63;
/** May come before and between the rows: CopyOutResponse, NoticeResponse, ParameterStatus, NotificationResponse. */
const passed = new Set([0x48, 0x4e, 0x53, 0x41]);
const headerBytes = 5;
/** A frame with less room than this is full: filling it to the last byte would take a dozen ever smaller steps. */
const leastRoom = 64 * 1024;

type DataListener = (chunk: Buffer) => void;

/**
 * A query for `client.query`, and a stream of the rows' text in buffers of the pool, which the reader gives back. It ends when the server has said
 * that the copy is complete, and fails with what the server says otherwise. After a failure or `destroy` the connection is of no more use:
 * what was under way on it was not read.
 */
export class CopyOut extends Readable implements Submittable {
  /** By the server's own count; undefined before the end. */
  public rowCount: number | undefined;
  private socket: Socket | undefined;
  private rest: DataListener | undefined;
  private frame: Buffer;
  private used = 0;
  /** Of the message under way: bytes of its header that are here, and of its content that are not. */
  private readonly header = Buffer.alloc(headerBytes);
  private headerUsed = 0;
  private left = 0;
  private keeps = false;
  /** What arrives. */
  private isOurs = false;
  private readonly listener: DataListener = (chunk) => this.accept(chunk);

  public constructor(
    private readonly statement: string,
    private readonly frames: FramePool,
  ) {
    // One frame is ready while the next is filled. As objects: a frame must not be handed out in two pieces.
    super({ objectMode: true, highWaterMark: 1 });
    this.frame = frames.take();
  }

  /** Called by `pg` when it is the query's turn: from here on what arrives is ours, up to the end of the rows. */
  public submit(connection: Connection): void {
    // Over TLS it is another one than the session's, on top of it.
    const { stream: socket } = connection as unknown as { stream: Socket };
    const listeners = socket.listeners("data") as DataListener[];
    [this.rest] = listeners;
    if (this.rest === undefined || listeners.length !== 1) throw new Error(`CHI-A043 the database library listens ${listeners.length} times to its connection, expected was once; npm ci`);
    this.socket = socket;
    this.isOurs = true;
    if (socket instanceof DatabaseSocket) socket.direct = this.listener;
    else socket.off("data", this.rest).on("data", this.listener);
    (connection as unknown as { query(text: string): void }).query(this.statement);
  }

  public handleCommandComplete({ text }: { text?: string }): void {
    const [, count] = /^COPY (\d+)$/.exec(text ?? "") ?? [];
    if (count !== undefined) this.rowCount = Number(count);
  }

  public handleReadyForQuery(): void {
    if (this.destroyed) return;
    if (this.rowCount === undefined) return void this.destroy(new Error("the server did not say how many rows it sent"));
    if (this.used > 0) this.push(this.frame.subarray(0, this.used));
    else this.frames.give(this.frame);
    this.used = 0;
    this.push(null);
  }

  public handleError(error: Error): void {
    this.destroy(error);
  }

  public override _read(): void {
    if (this.isOurs) this.socket?.resume();
  }

  public override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    // Rows that are still on their way are nobody's; the caller closes the connection.
    if (this.isOurs) this.socket?.pause();
    done(error);
  }

  private accept(chunk: Buffer): void {
    for (let at = 0; at < chunk.length; ) {
      const end = Math.min(chunk.length, at + this.frame.length - this.used);
      const unread = this.takeApart(chunk, at, end);
      if (unread !== undefined) return this.handBack(chunk.subarray(unread));
      if (this.frame.length - this.used < leastRoom) this.handOn();
      at = end;
    }
  }

  /**
   * Puts a piece behind what is in the frame, and closes the gaps where the headers of messages are.
   * @returns where in the chunk the first message begins that is not for here; undefined when there is none
   */
  private takeApart(chunk: Buffer, from: number, to: number): number | undefined {
    const { frame } = this;
    const shift = from - this.used;
    chunk.copy(frame, this.used, from, to);
    const end = to - shift;
    let at = this.used;
    for (;;) {
      if (this.left > 0) {
        const bytes = Math.min(this.left, end - at);
        if (this.keeps) {
          if (at !== this.used) frame.copyWithin(this.used, at, at + bytes);
          this.used += bytes;
        }
        this.left -= bytes;
        at += bytes;
      }
      if (at === end) return undefined;
      const code = this.headerUsed === 0 ? (frame[at] as number) : (this.header[0] as number);
      if (code !== copyData && code !== copyDone && !passed.has(code)) return at + shift;
      let length: number;
      if (this.headerUsed === 0 && end - at >= headerBytes) {
        length = ((frame[at + 1] as number) << 24) | ((frame[at + 2] as number) << 16) | ((frame[at + 3] as number) << 8) | (frame[at + 4] as number);
        at += headerBytes;
      } else {
        const some = frame.copy(this.header, this.headerUsed, at, Math.min(end, at + headerBytes - this.headerUsed));
        this.headerUsed += some;
        at += some;
        if (this.headerUsed < headerBytes) return undefined;
        length = this.header.readInt32BE(1);
      }
      this.keeps = code === copyData;
      this.headerUsed = 0;
      this.left = length - 4;
      if (code === copyDone) return at + shift;
    }
  }

  /** A full frame goes to the reader, who is waited for. */
  private handOn(): void {
    const full = this.frame.subarray(0, this.used);
    this.frame = this.frames.take();
    this.used = 0;
    if (!this.push(full)) this.socket?.pause();
  }

  /** The rows are over, or the server reports an error: what follows is for `pg`. */
  private handBack(unread: Buffer): void {
    const { socket, rest } = this;
    if (socket === undefined || rest === undefined) return;
    this.isOurs = false;
    if (socket instanceof DatabaseSocket) socket.direct = undefined;
    else socket.off("data", this.listener).on("data", rest);
    socket.resume();
    rest(unread);
  }
}
