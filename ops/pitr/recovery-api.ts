/** What the Supabase Management API says of point-in-time recovery. */
import { z } from "zod";
import { type ClientTiming, VendorApi, VendorApiError, type VendorApiWords, defaultTiming } from "../../components/vendor-api/client";

const backupsShape = z.object({
  pitr_enabled: z.boolean(),
  physical_backup_data: z.object({
    earliest_physical_backup_date_unix: z.number().optional(),
    latest_physical_backup_date_unix: z.number().optional(),
  }),
});
const projectShape = z.object({ name: z.string(), status: z.string() });

/** Seconds since 1970, both included. */
export interface Window {
  readonly earliest: number;
  readonly latest: number;
}

/** What became of a request for a recovery. */
export type Answer =
  | { readonly kind: "accepted" }
  /** The archive does not reach the target yet, or no longer. */
  | { readonly kind: "outside"; readonly window: Window }
  /** It may have been accepted: the answer did not arrive, or was an error of the vendor's own. */
  | { readonly kind: "unknown"; readonly reason: string };

const words: VendorApiWords = {
  codes: { refused: "CHI-A120", gaveUp: "CHI-A121", notAsDescribed: "CHI-A122" },
  urlVariable: "SUPABASE_API_URL",
  clientFile: "ops/pitr/recovery-api.ts",
  advice: {
    401: "the token is expired, revoked or of another account: make a new one in the vendor's dashboard (Account, Access tokens), set SUPABASE_ACCESS_TOKEN and type the same command again",
    403: "give the token's account the rights of an administrator in the organization (backups_read, backups_write)",
    404: "check the project's reference in the stack's outputs, and that the token's account can see it",
  },
  message: (body) => (body as { message?: unknown }).message,
};

/** Seconds between attempts that the vendor throttled without saying for how long. */
const throttlePause = 10;

export class RecoveryApi {
  private readonly reading: VendorApi;
  private readonly asking: VendorApi;

  /** @param access as `Connections.supabase` gives it */
  constructor(
    private readonly access: { readonly projectRef: string; readonly apiUrl: string; readonly token: string },
    private readonly timing: ClientTiming = defaultTiming,
  ) {
    const connection = { url: access.apiUrl, token: access.token };
    this.reading = new VendorApi(words, connection, timing);
    // One attempt: whether to ask again is not for a client to decide.
    this.asking = new VendorApi(words, connection, { ...timing, requestDeadline: 0 });
  }

  /** The vendor's word, such as `ACTIVE_HEALTHY`. @throws CHI-A120, CHI-A121, CHI-A122 */
  async status(): Promise<string> {
    return (await this.reading.json("GET", this.path(""), projectShape)).status;
  }

  /** Undefined when point-in-time recovery is not enabled, null when it is and there is nothing to recover yet. */
  async window(): Promise<Window | null | undefined> {
    const { pitr_enabled, physical_backup_data: data } = await this.reading.json("GET", this.path("/database/backups"), backupsShape);
    const { earliest_physical_backup_date_unix: earliest, latest_physical_backup_date_unix: latest } = data;
    if (!pitr_enabled) return undefined;
    return earliest === undefined || latest === undefined ? null : { earliest, latest };
  }

  /** Asks for a recovery, once. @throws CHI-A120 when the vendor refuses for good */
  async recover(seconds: number): Promise<Answer> {
    const { clock, requestDeadline } = this.timing;
    const end = clock.now() + requestDeadline;
    for (;;) {
      try {
        await this.asking.request("POST", this.path("/database/backups/restore-pitr"), { recovery_time_target_unix: seconds });
        return { kind: "accepted" };
      } catch (error) {
        if (!(error instanceof VendorApiError)) throw error;
        const range = /within range: (\d+) <= t <= (\d+)/.exec(error.message);
        if (error.status === 400 && range) return { kind: "outside", window: { earliest: Number(range[1]), latest: Number(range[2]) } };
        // A throttled request was not looked at.
        if (error.status === 429 && clock.now() + throttlePause * 1000 <= end) {
          await clock.sleep(throttlePause * 1000);
          continue;
        }
        if (error.status === undefined || (error.status >= 500 && error.status !== 501)) return { kind: "unknown", reason: error.message };
        throw error;
      }
    }
  }

  private path(rest: string): string {
    return `/v1/projects/${this.access.projectRef}${rest}`;
  }
}
