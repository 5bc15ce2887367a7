/** Which of a backend service's groups gets a request. */
import { z } from "zod";
import { BrokenHop } from "./broken-hop";

interface Group {
  readonly group: string;
  readonly capacityScaler?: number | undefined;
}

interface Health {
  /** Gateway's answers (502, 503, 504) one after the other. */
  failures: number;
  /** How often it was put aside. */
  ejections: number;
  /** Milliseconds since 1970. */
  asideUntil: number;
}

/** What is declared: after how many failures in a row, for how long (longer each time), and how many of the groups at most. */
export const outlierDetection = z.object({
  consecutiveGatewayFailure: z.number(),
  baseEjectionTime: z.object({ seconds: z.number() }),
  maxEjectionPercent: z.number(),
});
export type OutlierDetection = z.infer<typeof outlierDetection>;

/** What the load balancer remembers of its groups. Ends with the process, as Google's own does not; it costs a visitor five failures. */
export class Backends {
  private readonly health = new Map<string, Health>();

  /** @param now milliseconds since 1970; replaced in tests */
  constructor(private readonly now: () => number = Date.now) {}

  of(service: string, group: string): Health {
    const key = `${service} ${group}`;
    const known = this.health.get(key) ?? { failures: 0, ejections: 0, asideUntil: 0 };
    this.health.set(key, known);
    return known;
  }

  isAside(health: Health): boolean {
    return health.asideUntil > this.now();
  }

  note(health: Health, status: number, { consecutiveGatewayFailure, baseEjectionTime }: OutlierDetection): void {
    if (status !== 502 && status !== 503 && status !== 504) {
      health.failures = 0;
      return;
    }
    health.failures++;
    if (health.failures < consecutiveGatewayFailure) return;
    health.ejections++;
    health.failures = 0;
    health.asideUntil = this.now() + 1000 * baseEjectionTime.seconds * health.ejections;
  }
}

/**
 * The first that has capacity and is not put aside. In the declared order, primary first: a stand-in for "the nearest", which for a visitor in
 * Korea is whatever region Cloudflare hands over near. Without outlier detection a group is never put aside, and its failures are the visitor's.
 *
 * @throws BrokenHop CHI-S264 when no group gets traffic
 */
export function chooseBackend(
  backends: Backends,
  service: string,
  declared: readonly Group[],
  detection: OutlierDetection | undefined,
): { group: string; report: (status: number) => void } {
  const serving = declared.filter(({ capacityScaler }) => capacityScaler !== 0);
  if (serving.length === 0) {
    const problem = declared.length === 0 ? "has no backends" : "has backends of capacity 0 only";
    throw new BrokenHop("CHI-S264", "backend service", 503, `${service} ${problem}: name an active region, npx chisan dr region --back`);
  }
  if (detection === undefined) return { group: serving[0]!.group, report: () => undefined };
  const known = serving.map(({ group }) => ({ group, health: backends.of(service, group) }));
  const most = Math.floor((known.length * detection.maxEjectionPercent) / 100);
  const skipped = known.filter(({ health }) => backends.isAside(health)).slice(0, most);
  const { group, health } = known.find((each) => !skipped.includes(each)) ?? known[0]!;
  return { group, report: (status) => backends.note(health, status, detection) };
}
