/** How far a backup is: pure but for the clock, which is given. */

export interface Progress {
  readonly readBytes: number;
  /** By the sizes that the tables have on disk; an estimate, as text is larger or smaller than what is stored. */
  readonly share: number;
  readonly bytesPerSecond: number;
  readonly secondsLeft: number | undefined;
  readonly partsDone: number;
  readonly parts: number;
}

export class ProgressMeter {
  private readBytes = 0;
  private doneEstimate = 0;
  private partsDone = 0;
  private readonly running = new Map<string, { estimate: number; read: number }>();

  public constructor(
    private readonly parts: number,
    private readonly totalEstimate: number,
    private readonly startedAt: number,
  ) {}

  public begin(part: string, estimate: number): void {
    this.running.set(part, { estimate, read: 0 });
  }

  public read(part: string, bytes: number): void {
    this.readBytes += bytes;
    const state = this.running.get(part);
    if (state !== undefined) state.read += bytes;
  }

  public end(part: string): void {
    this.doneEstimate += this.running.get(part)?.estimate ?? 0;
    this.running.delete(part);
    this.partsDone += 1;
  }

  public at(now: number): Progress {
    const seconds = Math.max((now - this.startedAt) / 1000, 0.001);
    // A part that gives more text than it has bytes on disk is not more than done.
    const underWay = [...this.running.values()].reduce((sum, { estimate, read }) => sum + Math.min(estimate, read), 0);
    const share = this.totalEstimate === 0 ? 1 : Math.min(1, (this.doneEstimate + underWay) / this.totalEstimate);
    return {
      readBytes: this.readBytes,
      share,
      bytesPerSecond: this.readBytes / seconds,
      // In the first second nothing can be foretold.
      secondsLeft: share > 0 && seconds > 1 ? (seconds * (1 - share)) / share : undefined,
      partsDone: this.partsDone,
      parts: this.parts,
    };
  }
}

export function progressInWords({ readBytes, share, bytesPerSecond, secondsLeft, partsDone, parts }: Progress): string {
  const left = secondsLeft === undefined ? "" : `, about ${secondsInWords(secondsLeft)} left`;
  return `${Math.floor(share * 100)} %, ${bytesInWords(readBytes)} read, ${bytesInWords(bytesPerSecond)}/s, ${partsDone} of ${parts} parts${left}`;
}

export function bytesInWords(bytes: number): string {
  const units = ["B", "kB", "MB", "GB", "TB"];
  const unit = Math.min(units.length - 1, bytes < 1 ? 0 : Math.floor(Math.log10(bytes) / 3));
  const value = bytes / 1000 ** unit;
  return `${unit === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)} ${units[unit] as string}`;
}

export function secondsInWords(seconds: number): string {
  if (seconds < 90) return `${Math.ceil(seconds)} s`;
  if (seconds < 5400) return `${Math.ceil(seconds / 60)} min`;
  return `${(seconds / 3600).toFixed(1)} h`;
}
