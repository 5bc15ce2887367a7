/** Writes sentinels at a steady pace, as users do while a backup runs and until the disaster. */
import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { sentinelKinds, type Ledger, type Sentinel, type SentinelKind } from "./ledger";
import type { SentinelStore } from "./sentinel-rows";

export type SentinelStores = Readonly<Record<SentinelKind, SentinelStore>>;

export interface Writing {
  readonly stores: SentinelStores;
  readonly ledger: Ledger;
  readonly period: Sentinel["period"];
  /** Milliseconds from one to the next. */
  readonly pace: number;
}

/** One of each kind; the ledger has it when it was acknowledged. The numbers go on where an earlier run stopped. */
export async function writeOne({ stores, ledger, period }: Writing): Promise<void> {
  const written = ledger.read();
  for (const kind of sentinelKinds) {
    const number = 1 + Math.max(0, ...written.filter((each) => each.kind === kind).map((each) => each.number));
    const content = randomUUID();
    await stores[kind].write(number, new Date(), content);
    ledger.append({ kind, number, at: new Date().toISOString(), content, period });
  }
}

/** Writes so many, at the pace. */
export async function writeSome(writing: Writing, count: number, signal: AbortSignal): Promise<void> {
  for (let done = 0; done < count; done += 1) {
    if (done > 0) await sleep(writing.pace, undefined, { signal });
    signal.throwIfAborted();
    await writeOne(writing);
  }
}

/** Writes until the work has ended, and is done with the last one before it returns. @throws what the work or a write throws */
export async function writeDuring<T>(writing: Writing, signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  const over = new AbortController();
  const writer = (async () => {
    while (!over.signal.aborted) {
      await writeOne(writing);
      await sleep(writing.pace, undefined, { signal: AbortSignal.any([signal, over.signal]) }).catch(() => undefined);
      if (signal.aborted) return;
    }
  })();
  // A write that fails is told after the work, which is not to be left running unattended.
  const failed = writer.then(() => undefined, (error: unknown) => ({ error }));
  try {
    return await work();
  } finally {
    over.abort();
    const failure = await failed;
    if (failure !== undefined) await Promise.reject(failure.error);
  }
}
