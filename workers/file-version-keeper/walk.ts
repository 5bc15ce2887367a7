/** What the walks through the buckets have in common: they go on where the last invocation stopped, within a Worker's limits. */
import type { LedgerClient, Walk, WalkName } from "../file-versions/ledger";

/**
 * Calls to R2 that one invocation may still make. Cloudflare allows 1,000 (vendor's page "Workers limits", subrequests); some are left for the
 * ledger and for finishing what was begun.
 */
export class Budget {
  public constructor(private left = 900) {}

  public get spent(): boolean {
    return this.left <= 0;
  }

  public take(calls: number): void {
    this.left -= calls;
  }
}

/** Counts of one walk from the first name to the last. */
export class WalkLog {
  private constructor(
    private readonly ledger: LedgerClient,
    private readonly name: WalkName,
    private readonly counts: Record<string, number>,
    private readonly started: string,
    private readonly completed: Walk["completed"],
    public after: string | undefined,
  ) {}

  /** Goes on with the walk that was begun, or begins one. */
  public static async resume(ledger: LedgerClient, name: WalkName, now: Date): Promise<WalkLog> {
    const saved = await ledger.walk(name);
    const begun = saved?.after !== undefined;
    return new WalkLog(ledger, name, begun ? { ...saved.counts } : {}, begun ? saved.started : now.toISOString(), saved?.completed, saved?.after);
  }

  public count(what: string, by = 1): void {
    if (by !== 0) this.counts[what] = (this.counts[what] ?? 0) + by;
  }

  /** @param ended when the walk came to the end: the next one begins at the first name */
  public async save(now: Date, ended: boolean): Promise<void> {
    const { started, counts } = this;
    const completed = ended ? { started, ended: now.toISOString(), counts } : this.completed;
    await this.ledger.saveWalk(this.name, {
      started,
      counts,
      ran: now.toISOString(),
      ...(ended || this.after === undefined ? {} : { after: this.after }),
      ...(completed === undefined ? {} : { completed }),
    });
  }
}

/** One line of JSON for the Worker's log. Keys of files are in it, contents and signatures never. */
export function report(what: string, details: Record<string, unknown>): void {
  console.error(JSON.stringify({ what, ...details }));
}
