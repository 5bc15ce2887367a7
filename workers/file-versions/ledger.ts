/**
 * What the keeper knows of itself: how late its copies are, which versions were lost, how far the sweep and the purge have come. A Durable
 * Object, because counts that several invocations add to at once would lose some in an object of R2, and the vault's lock lets nothing be
 * written over.
 */
import type { DurableObjectNamespace, DurableObjectState, DurableStorage } from "../runtime";

export interface LostVersion {
  readonly key: string;
  readonly etag: string;
  /** ISO 8601, UTC. */
  readonly time: string;
}

export interface Report {
  /** Seconds from an event to its copy, the longest of this batch. */
  readonly lag?: number;
  readonly lost?: readonly LostVersion[];
  /** Copies that failed and are tried again. */
  readonly failed?: number;
}

/** How far a walk through a bucket has come. */
export interface Walk {
  /** The name that the next page starts after. */
  readonly after?: string;
  readonly started: string;
  readonly counts: Readonly<Record<string, number>>;
  /** The last walk that came to the end. */
  readonly completed?: { readonly started: string; readonly ended: string; readonly counts: Readonly<Record<string, number>> };
  /** When the last page was done. */
  readonly ran?: string;
}

export type WalkName = "sweep" | "purge";

/** What an alert reads. Times in seconds. */
export interface KeeperStatus {
  readonly at: string;
  /** The longest of the last ten minutes; 0 when nothing was copied. */
  readonly lagSeconds: number;
  readonly lostLastDay: number;
  readonly failedLastTenMinutes: number;
  /** Since the last page of each walk; -1 when it never ran. */
  readonly sweepAgeSeconds: number;
  readonly purgeAgeSeconds: number;
  readonly sweep?: Walk;
  readonly purge?: Walk;
}

const minute = 60_000;
const day = 86_400_000;
interface Minute {
  readonly lag: number;
  readonly failed: number;
}

export class LedgerBook {
  public constructor(private readonly storage: DurableStorage) {}

  public async report({ lag = 0, lost = [], failed = 0 }: Report, now: Date): Promise<void> {
    // The same loss has the same name: a message that comes again adds nothing.
    for (const { key, etag, time } of lost) await this.storage.put(`lost/${new Date(time).toISOString()}/${etag}/${key}`, now.toISOString());
    const name = `minute/${new Date(Math.floor(now.getTime() / minute) * minute).toISOString()}`;
    const before = (await this.storage.get<Minute>(name)) ?? { lag: 0, failed: 0 };
    await this.storage.put(name, { lag: Math.max(before.lag, lag), failed: before.failed + failed } satisfies Minute);
    await this.forget(`minute/`, new Date(now.getTime() - 60 * minute));
    await this.forget(`lost/`, new Date(now.getTime() - 90 * day));
  }

  private async forget(prefix: string, before: Date): Promise<void> {
    const old = await this.storage.list({ prefix, end: `${prefix}${before.toISOString()}`, limit: 100 });
    if (old.size > 0) await this.storage.delete([...old.keys()]);
  }

  public walk(name: WalkName): Promise<Walk | undefined> {
    return this.storage.get<Walk>(`walk/${name}`);
  }

  public async saveWalk(name: WalkName, walk: Walk): Promise<void> {
    await this.storage.put(`walk/${name}`, walk);
  }

  public async status(now: Date): Promise<KeeperStatus> {
    const since = `minute/${new Date(now.getTime() - 10 * minute).toISOString()}`;
    const minutes = [...(await this.storage.list<Minute>({ prefix: "minute/" }))].filter(([name]) => name >= since).map(([, value]) => value);
    const lost = [...(await this.storage.list<string>({ prefix: "lost/" })).values()].filter((seen) => Date.parse(seen) > now.getTime() - day);
    const [sweep, purge] = [await this.walk("sweep"), await this.walk("purge")];
    const age = (walk?: Walk) => (walk?.ran === undefined ? -1 : Math.max(0, (now.getTime() - Date.parse(walk.ran)) / 1000));
    return {
      at: now.toISOString(),
      lagSeconds: Math.max(0, ...minutes.map(({ lag }) => lag)),
      lostLastDay: lost.length,
      failedLastTenMinutes: minutes.reduce((sum, { failed }) => sum + failed, 0),
      sweepAgeSeconds: age(sweep),
      purgeAgeSeconds: age(purge),
      ...(sweep === undefined ? {} : { sweep }),
      ...(purge === undefined ? {} : { purge }),
    };
  }
}

/** The Durable Object around it. Only Workers can call it. */
export class Ledger {
  private readonly book: LedgerBook;

  public constructor(state: DurableObjectState) {
    this.book = new LedgerBook(state.storage);
  }

  public async fetch(request: Request): Promise<Response> {
    const { pathname, searchParams } = new URL(request.url);
    const walk = searchParams.get("walk") as WalkName;
    switch (`${request.method} ${pathname}`) {
      case "POST /report":
        await this.book.report((await request.json()) as Report, new Date());
        return Response.json({});
      case "GET /walk":
        return Response.json((await this.book.walk(walk)) ?? null);
      case "PUT /walk":
        await this.book.saveWalk(walk, (await request.json()) as Walk);
        return Response.json({});
      case "GET /status":
        return Response.json(await this.book.status(new Date()));
      default:
        return new Response(`CHI-W020 the ledger has no ${request.method} ${pathname}`, { status: 404 });
    }
  }
}

/** The ledger as the Workers call it. */
export type LedgerClient = Pick<LedgerBook, "walk" | "saveWalk"> & { report(report: Report): Promise<void>; status(): Promise<KeeperStatus> };

export function ledgerClient(namespace: DurableObjectNamespace): LedgerClient {
  const call = async (method: string, path: string, body?: unknown): Promise<unknown> => {
    const stub = namespace.get(namespace.idFromName("keeper"));
    const response = await stub.fetch(`https://ledger${path}`, { method, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
    if (!response.ok) throw new Error(`CHI-W021 the ledger answered ${response.status} to ${method} ${path}`);
    return response.json();
  };
  return {
    report: async (report) => void (await call("POST", "/report", report)),
    walk: async (name) => ((await call("GET", `/walk?walk=${name}`)) as Walk | null) ?? undefined,
    saveWalk: async (name, walk) => void (await call("PUT", `/walk?walk=${name}`, walk)),
    status: async () => (await call("GET", "/status")) as KeeperStatus,
  };
}
