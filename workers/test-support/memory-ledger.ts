/** The keeper's ledger without its Durable Object around it. */
import { LedgerBook, type LedgerClient } from "../file-versions/ledger";
import type { TestClock } from "./memory-bucket";
import { MemoryStorage } from "./memory-storage";

export function memoryLedger(clock: TestClock): LedgerClient {
  const book = new LedgerBook(new MemoryStorage());
  return {
    report: (report) => book.report(report, clock.now()),
    walk: (name) => book.walk(name),
    saveWalk: (name, walk) => book.saveWalk(name, walk),
    status: () => book.status(clock.now()),
  };
}
