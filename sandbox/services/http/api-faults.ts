import type { World, WorldChange, WorldRecord } from "../../world/world";
import type { FaultKind } from "../../providers/faults";
import type { Method } from "./description";

/**
 * The kinds of the providers' faults, seen from a client that speaks HTTP:
 * - `latency`: the answer takes `milliseconds` longer.
 * - `429`: refused, with `Retry-After: <retryAfterSeconds>`. `500`: refused.
 * - `drop`: the connection breaks before the request is taken. `drop-after`: the request is carried out, then the connection breaks.
 * - `invisible`: a change is accepted, but for `milliseconds` every read answers as if it had not happened.
 */
export type ApiFaultKind = FaultKind | "drop-after";

export interface ApiFault {
  /** What it applies to; a part left out matches everything. `path` is the described one: `/v1/projects/{ref}/billing/addons`. */
  match: { method?: Method; path?: string };
  fault: ApiFaultKind;
  /** For how many calls; 1 unless told, `Infinity` until cleared. */
  times?: number;
  /** For `latency` and `invisible`; 1000 unless told. */
  milliseconds?: number;
  /** For `429`; 1 unless told. */
  retryAfterSeconds?: number;
}

/** What the server is to do with one call. */
export interface Suffering {
  latency: number;
  refusal: { status: 429; retryAfterSeconds: number } | { status: 500 } | undefined;
  drop: "before" | "after" | undefined;
  invisibleFor: number;
}

/** Faults that were switched on, for tests and drills. Kept in memory: a restart of the sandbox ends them. */
export class ApiFaults {
  private active: Array<ApiFault & { left: number }> = [];
  private hidden: Array<{ type: string; id: string; record: WorldRecord | undefined; until: number }> = [];

  /** @param now milliseconds; replaced in tests */
  constructor(private readonly now: () => number = Date.now) {}

  /** Replaces all faults. */
  set(faults: ApiFault[]): void {
    this.active = faults.map((fault) => ({ ...fault, left: fault.times ?? 1 }));
  }

  clear(): void {
    this.active = [];
    this.hidden = [];
  }

  /** The faults with the number of calls they still apply to. */
  list(): Array<ApiFault & { left: number }> {
    return this.active.map((fault) => ({ ...fault }));
  }

  /** Counts one call against the faults that apply to it. Of several that end a call, the first does, and the others keep their count. */
  suffer(method: Method, path: string): Suffering {
    const suffering: Suffering = { latency: 0, refusal: undefined, drop: undefined, invisibleFor: 0 };
    for (const fault of this.active) {
      const applies =
        fault.left > 0 &&
        (fault.match.method === undefined || fault.match.method === method) &&
        (fault.match.path === undefined || fault.match.path === path) &&
        (fault.fault !== "invisible" || method !== "GET");
      const ended = suffering.refusal !== undefined || suffering.drop !== undefined;
      if (!applies || (ended && fault.fault !== "latency")) continue;
      fault.left--;
      switch (fault.fault) {
        case "latency":
          suffering.latency += fault.milliseconds ?? 1000;
          break;
        case "invisible":
          suffering.invisibleFor = fault.milliseconds ?? 1000;
          break;
        case "429":
          suffering.refusal = { status: 429, retryAfterSeconds: fault.retryAfterSeconds ?? 1 };
          break;
        case "500":
          suffering.refusal = { status: 500 };
          break;
        case "drop":
          suffering.drop = "before";
          break;
        case "drop-after":
          suffering.drop = "after";
          break;
      }
    }
    return suffering;
  }

  /** Lets reads see, for so many milliseconds, what `world` holds before `changes`. Call it before they are applied. */
  hide(world: World, changes: readonly WorldChange[], milliseconds: number): void {
    const until = this.now() + milliseconds;
    for (const change of changes) {
      const { type, id } = "put" in change ? change.put : change.delete;
      this.hidden.push({ type, id, record: world.get(type, id), until });
    }
  }

  /** What a read finds at this place of the world. */
  visible(world: World, type: string, id: string): WorldRecord | undefined {
    this.hidden = this.hidden.filter(({ until }) => this.now() < until);
    const hiding = this.hidden.find((entry) => entry.type === type && entry.id === id);
    return hiding ? structuredClone(hiding.record) : world.get(type, id);
  }
}
