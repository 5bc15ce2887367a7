/**
 * Keeps the versions of the users' files, because R2 itself keeps none (docs/files.md). Each created object is copied into the vault on its
 * event, so that the old bytes are there when it is overwritten or deleted straight through S3. A walk through the files copies what events
 * missed; a walk through the vault deletes what was superseded long enough ago. The names in the vault: ../file-versions/vault-name.ts.
 */
import type { Buckets } from "../file-versions/archive";
import { purgeCron, sweepCron } from "../file-versions/crons";
import { type LedgerClient, type LostVersion, Ledger, ledgerClient } from "../file-versions/ledger";
import type { DurableObjectNamespace, QueueBatch, QueueMessage, ScheduledEvent } from "../runtime";
import { type ObjectEvent, keepEvent } from "./keep";
import { purge } from "./purge";
import { sweep } from "./sweep";
import { Budget, report } from "./walk";

export { Ledger };

export interface Environment extends Buckets {
  readonly LEDGER: DurableObjectNamespace;
  readonly VERSION_DAYS: string;
}

export default {
  async queue(batch: QueueBatch<ObjectEvent>, environment: Environment): Promise<void> {
    const results = [];
    for (const message of batch.messages) results.push({ message, ...(await attempt(message, environment)) });
    const lost = results.flatMap((result) => result.lost ?? []);
    const lags = results.flatMap((result) => result.lag ?? []);
    // Before any message is done with: a loss that nobody is told of would be worse than a message that comes again.
    await ledgerClient(environment.LEDGER).report({
      ...(lags.length > 0 ? { lag: Math.max(...lags) } : {}),
      lost,
      failed: results.filter(({ kept }) => !kept).length,
    });
    for (const { message, kept } of results) {
      if (kept) message.ack();
      // Retried by the queue, and at last put into the dead-letter queue, which is watched: no event is dropped.
      else message.retry();
    }
  },

  async scheduled(event: ScheduledEvent, environment: Environment): Promise<void> {
    const ledger: LedgerClient = ledgerClient(environment.LEDGER);
    const period = { now: () => new Date(), versionDays: Number(environment.VERSION_DAYS) };
    if (event.cron === sweepCron) await sweep(environment, ledger, new Budget(), period);
    else if (event.cron === purgeCron) await purge(environment, ledger, new Budget(), period);
    else throw new Error(`CHI-W022 nothing is to be done at "${event.cron}", only at "${sweepCron}" and "${purgeCron}": correct components/file-store.ts`);
  },
};

interface Attempt {
  readonly kept: boolean;
  readonly lost?: LostVersion;
  /** Seconds. */
  readonly lag?: number;
}

async function attempt({ body: event, attempts }: QueueMessage<ObjectEvent>, environment: Environment): Promise<Attempt> {
  const about = { action: event.action, key: event.object?.key, etag: event.object?.eTag, time: event.eventTime };
  try {
    const lost = await keepEvent(event, environment, { now: new Date(), versionDays: Number(environment.VERSION_DAYS) });
    const lag = Math.max(0, (Date.now() - Date.parse(event.eventTime)) / 1000);
    if (lost !== undefined) report("version lost", about);
    return { kept: true, lag, ...(lost === undefined ? {} : { lost }) };
  } catch (error) {
    report("copy failed", { ...about, attempts, error: String(error) });
    return { kept: false };
  }
}
