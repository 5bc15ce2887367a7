/** Vercel's REST API, as far as this project uses it: Web Analytics, of which Vercel's provider (5.10.0) knows nothing. */
import { z } from "zod";
import { type ClientTiming, VendorApi, VendorApiError, type VendorApiWords, defaultTiming, unlessMissing } from "../vendor-api/client";
import type { Connection } from "../vendor-api/connection";
import { connectionFrom } from "./vercel-api-connection";

/** A project, and the team whose it is. */
export interface ProjectPlace {
  readonly projectId: string;
  readonly teamId: string;
}

// Only what is read here is required, so that a new member of the vendor's answers does no harm.
const instant = z.number().nullish();
const projectShape = z.object({
  id: z.string(),
  webAnalytics: z.object({ enabledAt: instant, disabledAt: instant, canceledAt: instant }).nullish(),
});
const toggleShape = z.object({ value: z.boolean() });

const words: VendorApiWords = {
  codes: { refused: "CHI-C642", gaveUp: "CHI-C643", notAsDescribed: "CHI-C644" },
  urlVariable: "VERCEL_API_URL",
  clientFile: "components/vercel/vercel-api-client.ts",
  advice: {
    401: "check VERCEL_API_TOKEN; it may have expired",
    403: "check that VERCEL_API_TOKEN has not expired, that its scope is the team of chisan:vercelTeamId, and that its account may change projects",
    404: "check the project's id and team, and that the token's scope is that team",
  },
  message: (body) => (body as { error?: { message?: unknown } }).error?.message,
};

/** Every request may be repeated without harm: it reads, or sets a state. */
export class VercelApiClient {
  private readonly api: VendorApi;

  /** @param timing `visibleDeadline` is how long a new project, or a switch, may take to become visible */
  constructor(
    connection: Connection,
    readonly timing: ClientTiming = { ...defaultTiming, visibleDeadline: 120_000 },
  ) {
    this.api = new VendorApi(words, connection, timing);
  }

  /** @throws CHI-C640, CHI-C641 */
  static fromEnvironment(environment: Readonly<Record<string, string | undefined>> = process.env): VercelApiClient {
    return new VercelApiClient(connectionFrom(environment));
  }

  /** Whether Web Analytics is on; undefined when there is no such project in the team. */
  async webAnalytics({ projectId, teamId }: ProjectPlace): Promise<boolean | undefined> {
    const path = `/v9/projects/${encodeURIComponent(projectId)}?${new URLSearchParams({ teamId })}`;
    const project = await unlessMissing(this.api.json("GET", path, projectShape));
    return project && isOn(project.webAnalytics ?? undefined);
  }

  /**
   * Switches Web Analytics on or off. It may take a while to be visible.
   *
   * The path is the one of the vendor's reference and of its CLI (`vercel project web-analytics`), without a version.
   */
  async switchWebAnalytics({ projectId, teamId }: ProjectPlace, value: boolean): Promise<void> {
    const path = `/web/insights/toggle?${new URLSearchParams({ projectId, teamId })}`;
    const answer = await this.api.json("POST", path, toggleShape, { value });
    if (answer.value !== value) throw this.notSwitched(projectId, value, `answers that it is ${word(answer.value)}`);
  }

  /** The error for a switch that the vendor accepted and does not show. */
  notSwitched(projectId: string, value: boolean, found: string): VendorApiError {
    return this.api.error(
      `CHI-C646 Web Analytics of the Vercel project ${projectId} was switched ${word(value)}, but the vendor ${found}: look at the project's Analytics tab, then run the same command again`,
    );
  }

  /** The error for a project that does not come into sight. */
  notVisible({ projectId, teamId }: ProjectPlace): VendorApiError {
    return this.api.error(
      `CHI-C645 the Vercel project ${projectId} is not visible in the team ${teamId} after ${this.timing.visibleDeadline / 1000} s: check that VERCEL_API_TOKEN can see that team, then run the same command again`,
    );
  }
}

const word = (value: boolean): string => (value ? "on" : "off");

type Instants = NonNullable<z.infer<typeof projectShape>["webAnalytics"]>;

/**
 * Every switch leaves its time (milliseconds), and the latest holds; on when it was never switched off. A project that was never switched
 * on has no `webAnalytics`.
 */
function isOn(analytics: Instants | undefined): boolean {
  if (!analytics) return false;
  const off = Math.max(analytics.disabledAt ?? 0, analytics.canceledAt ?? 0);
  return off === 0 || (analytics.enabledAt ?? 0) > off;
}
