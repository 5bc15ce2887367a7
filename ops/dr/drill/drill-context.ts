/** What the phases of a drill share. */
import type { PhaseResult } from "../phases/phase";
import type { DrillPaths } from "./drill-directory";
import type { DrillSandbox } from "./drill-sandbox";
import type { DrillPhaseName, FactsOf } from "./facts";
import { Ledger, sentinelKinds, type Sentinel } from "./sentinels/ledger";
import type { SentinelStores, Writing } from "./sentinels/write-steadily";

/** Milliseconds between two sentinels. */
export const pace = 1000;

export class DrillContext {
  public readonly stack = "prod";
  public readonly standIn = "chisan-dr";
  public readonly ledger: Ledger;
  private stores: SentinelStores | undefined;

  /**
   * @param host of the API, as users know it
   * @param last seconds of each phase in the last drill
   */
  public constructor(
    public readonly sandbox: DrillSandbox,
    public readonly paths: DrillPaths,
    public readonly host: string,
    private readonly last: ReadonlyMap<string, number>,
  ) {
    this.ledger = new Ledger(paths.ledger);
  }

  /** For the display alone. */
  public readonly estimate = (name: DrillPhaseName, otherwise: number): number => Math.max(1, Math.round(this.last.get(name) ?? otherwise));

  /** Where sentinels of a period are written: prod before the disaster, the substitute after. To be closed with `closeStores`. */
  public async writing(period: Sentinel["period"], signal: AbortSignal): Promise<Writing> {
    await this.closeStores();
    this.stores = await this.sandbox.sentinelStores(period === "before" ? this.stack : this.standIn, signal);
    return { stores: this.stores, ledger: this.ledger, period, pace };
  }

  public async closeStores(): Promise<void> {
    const { stores } = this;
    this.stores = undefined;
    if (stores !== undefined) await Promise.allSettled(sentinelKinds.map((kind) => stores[kind].close()));
  }
}

/** A phase's result, its facts of the form that the report reads. */
export function factResult<Name extends DrillPhaseName>(_name: Name, summary: string, facts: FactsOf<Name>): PhaseResult {
  return { summary, facts: facts as PhaseResult["facts"] };
}
