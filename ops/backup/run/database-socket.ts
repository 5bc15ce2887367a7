import { Socket, type OnReadOpts, type SocketConstructorOpts } from "node:net";

/** What one system call may bring; the server writes 8 KiB at a time, so more is there only when it is ahead of us. */
const receiveBytes = 256 * 1024;

/**
 * A socket that receives into one buffer of its own. Node's usual new buffer for each read is, for gigabytes of rows, what the garbage
 * collector is busy with.
 */
export class DatabaseSocket extends Socket {
  /** Hears what arrives instead of the listeners to `data`; the bytes are valid until it returns. */
  public direct: ((bytes: Buffer) => void) | undefined;

  public constructor() {
    const buffer = Buffer.allocUnsafeSlow(receiveBytes);
    const callback = (length: number): boolean => {
      const bytes = buffer.subarray(0, length);
      if (this.direct !== undefined) this.direct(bytes);
      // Its listeners may keep what they hear.
      else this.emit("data", Buffer.from(bytes));
      return true;
    };
    // Documented of `new net.Socket` as well; the types have it only for `connect`.
    const options: SocketConstructorOpts & { onread: OnReadOpts } = { onread: { buffer, callback } };
    super(options);
  }
}
