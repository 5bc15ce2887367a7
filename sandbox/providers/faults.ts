/** The operations of a provider on a resource, and `invoke` of a function. */
export type Operation = "create" | "read" | "update" | "delete" | "invoke";

/**
 * - `latency`: the vendor takes `milliseconds` longer.
 * - `429`, `500`: the vendor refuses; the provider has used up its retries.
 * - `drop`: the connection to the vendor breaks before the vendor has taken the request.
 * - `invisible`: a create is accepted, but for `milliseconds` nobody finds the new thing (neither a read nor what refers to it).
 */
export type FaultKind = "latency" | "429" | "500" | "drop" | "invisible";

export interface Fault {
  /** What it applies to; a part left out matches everything. */
  match: { package?: string; token?: string; operation?: Operation };
  fault: FaultKind;
  /** For how many calls; 1 unless told, "always" until cleared (faults may come as JSON, which has no infinity). */
  times?: number | "always";
  /** For `latency` and `invisible`; 1000 unless told. */
  milliseconds?: number;
}

/** Faults that were switched on, for tests and drills. Kept in memory: a restart of the sandbox ends them. */
export class Faults {
  private active: Array<Fault & { left: number }> = [];
  private readonly hiddenUntil = new Map<string, number>();

  /** Replaces all faults. */
  set(faults: Fault[]): void {
    this.active = faults.map((fault) => ({ ...fault, left: fault.times === "always" ? Infinity : (fault.times ?? 1) }));
  }

  clear(): void {
    this.active = [];
    this.hiddenUntil.clear();
  }

  /** The faults with the number of calls they still apply to. */
  list(): Array<Fault & { left: number }> {
    return this.active.map((fault) => ({ ...fault }));
  }

  /** Suffers `latency`, throws for a refusal, and says whether a create stays invisible, for how many milliseconds. */
  async suffer(packageName: string, token: string, operation: Operation): Promise<{ invisibleFor: number }> {
    let invisibleFor = 0;
    for (const fault of this.active) {
      const { match } = fault;
      const applies =
        fault.left > 0 &&
        (match.package === undefined || match.package === packageName) &&
        (match.token === undefined || match.token === token) &&
        (match.operation === undefined || match.operation === operation) &&
        (fault.fault !== "invisible" || operation === "create");
      if (!applies) continue;
      fault.left--;
      switch (fault.fault) {
        case "latency":
          await new Promise((resolve) => setTimeout(resolve, fault.milliseconds ?? 1000));
          break;
        case "invisible":
          invisibleFor = fault.milliseconds ?? 1000;
          break;
        case "429":
          throw new Error(
            `${token}: ${operation} failed after all retries: HTTP 429 Too Many Requests: rate limit exceeded (a sandbox fault)`,
          );
        case "500":
          throw new Error(`${token}: ${operation} failed after all retries: HTTP 500 Internal Server Error (a sandbox fault)`);
        case "drop":
          throw new Error(`${token}: ${operation} failed: connection reset by peer (a sandbox fault)`);
      }
    }
    return { invisibleFor };
  }

  hide(type: string, id: string, milliseconds: number): void {
    this.hiddenUntil.set(`${type} ${id}`, Date.now() + milliseconds);
  }

  isHidden(type: string, id: string): boolean {
    const until = this.hiddenUntil.get(`${type} ${id}`);
    return until !== undefined && Date.now() < until;
  }
}
