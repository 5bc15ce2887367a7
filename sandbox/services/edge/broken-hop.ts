/** The way from a visitor to the application, hop by hop, and what it is when one of them leads nowhere. */

export type Hop =
  | "DNS record"
  | "load balancer's address"
  | "certificate"
  | "target proxy"
  | "URL map"
  | "backend service"
  | "security policy"
  | "network endpoint group"
  | "region"
  | "Cloud Run service"
  | "revision"
  | "secret"
  | "way out"
  | "database"
  | "Vercel domain"
  | "Vercel project"
  | "Vercel route"
  | "Supabase project"
  | "API";

/** A hop that does not lead on. `status` is what the vendor at that hop answers a visitor. */
export class BrokenHop extends Error {
  constructor(
    /** `CHI-S260` to `CHI-S276`. */
    readonly code: string,
    readonly hop: Hop,
    readonly status: number,
    /** What is wrong, with both values, and the command that mends it. */
    problem: string,
  ) {
    super(`${code} ${hop}: ${problem}`);
  }
}

/** The hops that a request has passed, for whoever looks for a mistake: `DNS record api.chisan.app A 198.18.0.1`. */
export class Trail {
  private readonly passed: string[] = [];

  pass(hop: Hop, what: string): void {
    this.passed.push(`${hop} ${what}`);
  }

  /** In the order of the request. */
  list(): readonly string[] {
    return this.passed;
  }
}
