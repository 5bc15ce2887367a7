import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { World, WorldRecord } from "../../../world/world";
import type { IndexChange } from "../object-index";
import type { ObjectStore } from "../object-store";
import type { QueuedMessage } from "../stored-object";

export const queueType = "cloudflare:index/queue:Queue";
const consumerType = "cloudflare:index/queueConsumer:QueueConsumer";

/** What a Worker said of a batch. */
export interface BatchOutcome {
  outcome: string;
  ackAll: boolean;
  retryBatch: { retry: boolean; delaySeconds?: number };
  explicitAcks: string[];
  retryMessages: { msgId: string; delaySeconds?: number }[];
}

/** A message as a Worker gets it. */
export interface DeliveredMessage {
  id: string;
  timestamp: Date;
  attempts: number;
  body: unknown;
}

/** Hands a batch to a Worker; rejects when there is none. */
export type Deliver = (scriptName: string, queueName: string, messages: DeliveredMessage[]) => Promise<BatchOutcome>;

interface Consumer {
  queueId: string;
  queueName: string;
  scriptName: string;
  batchSize: number;
  maxWaitMilliseconds: number;
  maxRetries: number;
  retryDelaySeconds: number;
  /** The ID of the queue for what failed too often. */
  deadLetterQueue: string | undefined;
}

/** A message to send, as a producer's binding gives it. */
export interface OutgoingMessage {
  contentType: QueuedMessage["contentType"];
  body: string;
  delaySeconds?: number;
}

const stopMilliseconds = 3000;

/** Looked at again after so long when the sandbox's clock, not the machine's, decides. */
const longestSleepMilliseconds = 5000;

/**
 * Cloudflare's queues: a message stays on disk until a consumer has acknowledged it, so it is delivered at least once, also when the
 * sandbox is killed. A queue's batches are delivered one after the other.
 */
export class Queues {
  private readonly delivering = new Map<string, Promise<void>>();
  private timer: NodeJS.Timeout | undefined;
  private stopped = false;

  constructor(
    private readonly store: ObjectStore,
    private readonly deliver: Deliver,
  ) {}

  /** Puts messages into a queue. @param queueId of a queue of the world */
  async send(queueId: string, messages: readonly OutgoingMessage[]): Promise<void> {
    const now = this.store.clock.now();
    const changes = messages.map(({ contentType, body, delaySeconds = 0 }) => ({
      message: {
        id: randomUUID().replaceAll("-", ""),
        queue: queueId,
        contentType,
        body,
        sent: now,
        attempts: 0,
        visibleAt: now + delaySeconds * 1000,
      },
    }));
    await this.store.index.change(changes);
    this.look();
  }

  /** How many messages wait, by the queue's name. */
  waiting(): Record<string, number> {
    const counts: Record<string, number> = {};
    for (const { outputs } of this.store.world.list(queueType)) counts[String(outputs.queueName)] = 0;
    const names = queueNames(this.store.world);
    for (const { queue } of this.store.index.messages.values()) {
      const name = names.get(queue);
      if (name !== undefined) counts[name] = (counts[name] ?? 0) + 1;
    }
    return counts;
  }

  /** Delivers what is due, and sees to it that what will be due is delivered then. */
  look(): void {
    clearTimeout(this.timer);
    if (this.stopped) return;
    let next = longestSleepMilliseconds;
    for (const consumer of consumers(this.store.world)) {
      if (this.delivering.has(consumer.queueId)) continue;
      const dueIn = this.dueIn(consumer);
      if (dueIn === undefined) continue;
      if (dueIn > 0) next = Math.min(next, dueIn);
      else {
        const delivery = this.deliverBatch(consumer)
          .catch((error: Error) => {
            console.error(`queue ${consumer.queueName}: ${error.message}`);
          })
          .finally(() => {
            this.delivering.delete(consumer.queueId);
            this.look();
          });
        this.delivering.set(consumer.queueId, delivery);
      }
    }
    if (this.store.index.messages.size > 0) this.timer = setTimeout(() => this.look(), next).unref();
  }

  /** Waits for batches under way, but not long: what is not acknowledged is delivered again after the next start. */
  async stop(): Promise<void> {
    this.stopped = true;
    clearTimeout(this.timer);
    const patience = new AbortController();
    await Promise.race([
      Promise.all(this.delivering.values()),
      sleep(stopMilliseconds, undefined, { signal: patience.signal }).catch(() => undefined),
    ]);
    patience.abort();
  }

  private visible(consumer: Consumer): QueuedMessage[] {
    const now = this.store.clock.now();
    return [...this.store.index.messages.values()].filter(({ queue, visibleAt }) => queue === consumer.queueId && visibleAt <= now);
  }

  /** Milliseconds until a batch goes out; undefined when nothing waits. */
  private dueIn(consumer: Consumer): number | undefined {
    const now = this.store.clock.now();
    const waiting = [...this.store.index.messages.values()].filter(({ queue }) => queue === consumer.queueId);
    if (waiting.length === 0) return undefined;
    const visible = waiting.filter(({ visibleAt }) => visibleAt <= now);
    if (visible.length >= consumer.batchSize) return 0;
    const from = Math.min(...waiting.map(({ visibleAt }) => visibleAt));
    return Math.max(from + consumer.maxWaitMilliseconds - now, 0);
  }

  private async deliverBatch(consumer: Consumer): Promise<void> {
    const batch = this.visible(consumer).slice(0, consumer.batchSize);
    const messages = batch.map((message) => ({
      id: message.id,
      timestamp: new Date(message.sent),
      attempts: message.attempts + 1,
      body: bodyOf(message),
    }));
    const outcome = await this.deliver(consumer.scriptName, consumer.queueName, messages).catch((error: Error): BatchOutcome => {
      console.error(`Worker ${consumer.scriptName} did not take a batch of ${consumer.queueName}: ${error.message}`);
      return { outcome: "exception", ackAll: false, retryBatch: { retry: false }, explicitAcks: [], retryMessages: [] };
    });
    // The Worker was stopped with the sandbox: not its failure.
    if (this.stopped && outcome.outcome !== "ok") return;
    await this.store.index.change(batch.flatMap((message) => this.settle(consumer, message, outcome)));
  }

  /** https://developers.cloudflare.com/queues/configuration/batching-retries/: what is not acknowledged of a batch that threw is retried. */
  private settle(consumer: Consumer, message: QueuedMessage, outcome: BatchOutcome): IndexChange[] {
    const settled = { settled: { message: message.id } };
    const own = outcome.retryMessages.find(({ msgId }) => msgId === message.id);
    const fails =
      own !== undefined ||
      ((outcome.retryBatch.retry || outcome.outcome !== "ok") && !outcome.explicitAcks.includes(message.id) && !outcome.ackAll);
    if (!fails) return [settled];
    const attempts = message.attempts + 1;
    const now = this.store.clock.now();
    if (attempts > consumer.maxRetries) {
      // A new message of the other queue, with the same body.
      return consumer.deadLetterQueue === undefined
        ? [settled]
        : [
            settled,
            { message: { ...message, id: randomUUID().replaceAll("-", ""), queue: consumer.deadLetterQueue, attempts: 0, visibleAt: now } },
          ];
    }
    const delaySeconds = own?.delaySeconds ?? outcome.retryBatch.delaySeconds ?? consumer.retryDelaySeconds;
    return [{ message: { ...message, attempts, visibleAt: now + delaySeconds * 1000 } }];
  }
}

/** The consumers of the world that are Workers. */
function consumers(world: World): Consumer[] {
  const names = queueNames(world);
  const idOf = (name: unknown) => [...names].find(([, each]) => each === name)?.[0];
  return world.list(consumerType).flatMap(({ inputs, outputs }: WorldRecord) => {
    const {
      batchSize = 10,
      maxWaitTimeMs = 5000,
      maxRetries = 3,
      retryDelay = 0,
    } = (inputs.settings ?? {}) as Record<string, number | undefined>;
    const queueId = String(inputs.queueId);
    if (inputs.type !== "worker" || !names.has(queueId)) return [];
    return {
      queueId,
      queueName: names.get(queueId) ?? "",
      scriptName: String(outputs.scriptName),
      batchSize,
      maxWaitMilliseconds: maxWaitTimeMs,
      maxRetries,
      retryDelaySeconds: retryDelay,
      deadLetterQueue: idOf(inputs.deadLetterQueue),
    };
  });
}

function queueNames(world: World): Map<string, string> {
  return new Map(world.list(queueType).map(({ outputs }) => [String(outputs.queueId), String(outputs.queueName)]));
}

function bodyOf({ contentType, body }: QueuedMessage): unknown {
  if (contentType === "json") return JSON.parse(body);
  return contentType === "text" ? body : new Uint8Array(Buffer.from(body, "base64"));
}
