/**
 * A signed write is carried out once. Sent again within its life, by a client whose answer was lost or by somebody who saw the address, it
 * changes nothing and gets the first one's answer.
 */
import { clockSkew } from "../file-versions/signature";
import type { DurableStorage } from "../runtime";
import type { Answer } from "./answer";

interface Used {
  /** Seconds since 1970. */
  readonly expires: number;
  readonly answer: Answer;
}

const prefix = "used/";

export class UsedSignatures {
  public constructor(private readonly storage: DurableStorage) {}

  public async answerOf(signature: string): Promise<Answer | undefined> {
    return (await this.storage.get<Used>(prefix + signature))?.answer;
  }

  public async remember(signature: string, expires: number, answer: Answer): Promise<void> {
    await this.storage.put(prefix + signature, { expires, answer } satisfies Used);
  }

  /** Drops what has expired. Gives whether any are left. */
  public async forget(now: Date): Promise<boolean> {
    const all = await this.storage.list<Used>({ prefix });
    const seconds = now.getTime() / 1000;
    // A minute longer than such a request could still be accepted.
    const expired = [...all].filter(([, { expires }]) => expires + clockSkew + 60 < seconds).map(([name]) => name);
    for (let from = 0; from < expired.length; from += 100) await this.storage.delete(expired.slice(from, from + 100));
    return expired.length < all.size;
  }
}
