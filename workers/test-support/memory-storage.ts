/** A Durable Object's storage in memory: it outlives the object, as the real one does. */
import type { DurableStorage } from "../runtime";
import { Lifeline } from "./memory-bucket";

export class MemoryStorage implements DurableStorage {
  private readonly values = new Map<string, unknown>();
  private alarm: number | null = null;

  public constructor(private readonly lifeline = new Lifeline()) {}

  public get<Value>(key: string): Promise<Value | undefined> {
    return this.lifeline.call(() => structuredClone(this.values.get(key)) as Value | undefined);
  }

  public put(key: string, value: unknown): Promise<void> {
    return this.lifeline.call(() => void this.values.set(key, structuredClone(value)));
  }

  public delete(keys: string | readonly string[]): Promise<void> {
    return this.lifeline.call(() => {
      for (const key of [keys].flat()) this.values.delete(key as string);
    });
  }

  public list<Value>({ prefix = "", end, limit }: { prefix?: string; end?: string; limit?: number }): Promise<Map<string, Value>> {
    return this.lifeline.call(() => {
      const found = [...this.values].filter(([key]) => key.startsWith(prefix) && (end === undefined || key < end)).sort(([one], [other]) => (one < other ? -1 : 1));
      return new Map(found.slice(0, limit)) as Map<string, Value>;
    });
  }

  public getAlarm(): Promise<number | null> {
    return Promise.resolve(this.alarm);
  }

  public setAlarm(time: number): Promise<void> {
    return this.lifeline.call(() => void (this.alarm = time));
  }
}
