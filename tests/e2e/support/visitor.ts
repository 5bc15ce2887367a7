import { setTimeout as sleep } from "node:timers/promises";
import { visit, type Visit } from "../../../sandbox/services/edge/test-support/visit";

/** Someone outside who asks for one address again and again, and notes what he sees. */
export class Visitor {
  private readonly seen: string[] = [];
  private stopped = false;
  private readonly visits: Promise<void>;

  /** @param words what is noted of an answer */
  public constructor(
    private readonly ask: () => Promise<Visit>,
    private readonly words: (visit: Visit) => string,
  ) {
    this.visits = this.run();
  }

  public static of(edgeUrl: string, host: string, path: string, words: (visit: Visit) => string): Visitor {
    return new Visitor(() => visit(edgeUrl, host, path), words);
  }

  /** Waits until the newest answer is this. A test's own time limit ends it. */
  public async sees(what: string): Promise<void> {
    while (this.seen.at(-1) !== what) {
      if (this.stopped) throw new Error(`the visitor saw ${JSON.stringify(this.seen)}, and waited for ${what}`);
      await sleep(50);
    }
  }

  /** Ends; resolves to what was seen, in order, each change once. */
  public async stop(): Promise<string[]> {
    this.stopped = true;
    await this.visits;
    return this.seen;
  }

  private async run(): Promise<void> {
    while (!this.stopped) {
      const now = await this.ask().then(this.words, (error: Error) => error.message);
      if (this.seen.at(-1) !== now) this.seen.push(now);
      await sleep(100);
    }
  }
}
