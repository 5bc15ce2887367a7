/** A project's disk at the Supabase Management API: `/v1/projects/{ref}/config/disk` of its description (sandbox/apis/supabase-management.openapi.json). */
import { z } from "zod";
import { type ClientTiming, VendorApi, type VendorApiWords, defaultTiming } from "../../../../components/vendor-api/client";

const whole = z.int().positive();
/** What is sent back must be whole: the vendor requires type, size and IOPS together. */
const attributesShape = z.object({ type: z.string(), size_gb: whole, iops: whole, throughput_mibps: whole.optional() });
const diskShape = z.object({ attributes: attributesShape, last_modified_at: z.string().optional() });

export type Disk = z.infer<typeof diskShape>;

const words: VendorApiWords = {
  codes: { refused: "CHI-H043", gaveUp: "CHI-H044", notAsDescribed: "CHI-H045" },
  urlVariable: "SUPABASE_API_URL",
  clientFile: "ops/dr/stand-up/database/disk-api.ts",
  advice: {
    401: "the token is expired, revoked or of another account: set SUPABASE_ACCESS_TOKEN",
    403: "give the token's account the rights of an administrator in the organization (infra_disk_config_write)",
  },
  message: (body) => (body as { message?: unknown }).message,
};

export class DiskApi {
  private readonly api: VendorApi;

  /** @param access as `Connections.supabase` gives it */
  constructor(
    private readonly access: { readonly projectRef: string; readonly apiUrl: string; readonly token: string },
    timing: ClientTiming = defaultTiming,
  ) {
    this.api = new VendorApi(words, { url: access.apiUrl, token: access.token }, timing);
  }

  /** @throws CHI-H043, CHI-H044, CHI-H045 */
  disk(): Promise<Disk> {
    return this.api.json("GET", this.path, diskShape);
  }

  /** Everything but the size stays. It sets a state, so it may be repeated. @throws CHI-H043 when the vendor refuses, CHI-H044 */
  async grow({ attributes }: Disk, gigabytes: number): Promise<void> {
    await this.api.request("POST", this.path, { attributes: { ...attributes, size_gb: gigabytes } });
  }

  private get path(): string {
    return `/v1/projects/${this.access.projectRef}/config/disk`;
  }
}
