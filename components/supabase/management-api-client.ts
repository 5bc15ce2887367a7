/** The Supabase Management API, as far as this project uses it. */
import { z } from "zod";
import { type ClientTiming, VendorApi, VendorApiError, type VendorApiWords, defaultTiming, unlessMissing } from "../vendor-api/client";
import { pollUntil } from "../vendor-api/clock";
import type { Connection } from "../vendor-api/connection";
import { connectionFrom } from "./management-api-connection";

/** Add-ons that this project selects. */
export type AddonType = "pitr" | "ipv4";

// Only what is read here is required, so that a new member of the vendor's answers does no harm.
const projectShape = z.object({
  ref: z.string(),
  name: z.string(),
  status: z.string(),
  database: z.object({ host: z.string(), version: z.string() }),
});
const addonsShape = z.object({ selected_addons: z.array(z.object({ type: z.string(), variant: z.object({ id: z.string() }) })) });

export type Project = z.infer<typeof projectShape>;

/** States from which a project does not become healthy by waiting. */
const dead: ReadonlySet<string> = new Set([
  "INACTIVE",
  "INIT_FAILED",
  "REMOVED",
  "GOING_DOWN",
  "RESTORE_FAILED",
  "PAUSING",
  "PAUSE_FAILED",
]);

const words: VendorApiWords = {
  codes: { refused: "CHI-C632", gaveUp: "CHI-C633", notAsDescribed: "CHI-C634" },
  urlVariable: "SUPABASE_API_URL",
  clientFile: "components/supabase/management-api-client.ts",
  advice: {
    401: "check SUPABASE_ACCESS_TOKEN; it may be revoked or of another account",
    403: "give the token's account the rights of an administrator in the organization",
    404: "check the project's reference, and that the token's account can see it",
  },
  message: (body) => (body as { message?: unknown }).message,
};

/** Every request may be repeated without harm: it reads, or sets a state. */
export class ManagementApiClient {
  private readonly api: VendorApi;

  /** @param timing `visibleDeadline` is also how long a project may take to become healthy: a compute change takes minutes */
  constructor(
    connection: Connection,
    readonly timing: ClientTiming = defaultTiming,
  ) {
    this.api = new VendorApi(words, connection, timing);
  }

  /** @throws CHI-C630, CHI-C631 */
  static fromEnvironment(environment: Readonly<Record<string, string | undefined>> = process.env): ManagementApiClient {
    return new ManagementApiClient(connectionFrom(environment));
  }

  /** Undefined when there is no such project. */
  async project(ref: string): Promise<Project | undefined> {
    return unlessMissing(this.api.json("GET", `/v1/projects/${ref}`, projectShape));
  }

  /** Waits until a new or changing project works. @throws CHI-C635 when it does not within `visibleDeadline` */
  async healthyProject(ref: string): Promise<Project> {
    let status = "not visible";
    const healthy = await pollUntil(this.timing.clock, this.timing.visibleDeadline, async () => {
      const project = await this.project(ref);
      status = project?.status ?? "not visible";
      if (dead.has(status)) throw this.notHealthy(ref, status);
      return status === "ACTIVE_HEALTHY" ? project : undefined;
    });
    if (!healthy) throw this.notHealthy(ref, `${status} after ${this.timing.visibleDeadline / 1000} s`);
    return healthy;
  }

  /** The selected variant of an add-on, null for none, undefined when there is no such project. */
  async addon(ref: string, type: AddonType): Promise<string | null | undefined> {
    const addons = await unlessMissing(this.api.json("GET", `/v1/projects/${ref}/billing/addons`, addonsShape));
    return addons && (addons.selected_addons.find((addon) => addon.type === type)?.variant.id ?? null);
  }

  /** Selects a variant, in the place of the selected one. It may take a while to be visible. */
  async selectAddon(ref: string, type: AddonType, variant: string): Promise<void> {
    await this.api.request("PATCH", `/v1/projects/${ref}/billing/addons`, { addon_type: type, addon_variant: variant });
  }

  /** Removes a selected variant. It may stay visible for a while. */
  async removeAddon(ref: string, variant: string): Promise<void> {
    await this.api.request("DELETE", `/v1/projects/${ref}/billing/addons/${variant}`);
  }

  private notHealthy(ref: string, status: string): VendorApiError {
    return this.api.error(
      `CHI-C635 the Supabase project ${ref} is ${status}, not ACTIVE_HEALTHY: look at it in the vendor's dashboard, then run the same command again`,
    );
  }
}
