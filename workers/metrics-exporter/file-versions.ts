/** How the keeper of the files' versions fares, from the files gateway's `/status`. */
import type { KeeperStatus } from "../file-versions/ledger";
import { signedAddress } from "../file-versions/signature";
import { ExporterError, words } from "./exporter-error";

export interface FileVersionsSource {
  /** `https://files.chisan.app` */
  readonly gatewayUrl: string;
  /** Of the scope `status`: it reads these numbers and nothing else. */
  readonly statusKey: string;
}

export interface FileVersions {
  /** Seconds. */
  readonly lag: number;
  /** A count. */
  readonly lostLastDay: number;
  /** Seconds; undefined when the sweep never ran. */
  readonly sweepAge: number | undefined;
}

export const statusPath = "/status";

/** Seconds that the signed address lives: longer than a source may take, and no longer than the minute that it is for. */
const signatureLife = 60;

/** The answer has some hundred characters. */
const answerLimit = 64 * 1024;

/** @throws ExporterError CHI-X013 when the gateway does not answer, CHI-X014 for an unreadable answer */
export async function readFileVersions(
  { gatewayUrl, statusKey }: FileVersionsSource,
  signal: AbortSignal,
  now: () => Date = () => new Date(),
): Promise<FileVersions> {
  let status: number;
  let text: string;
  try {
    const request = { method: "GET", base: gatewayUrl, path: statusPath, parameters: {}, scope: "status", life: signatureLife, now: now() } as const;
    // A redirect would carry the signature to another host.
    const answer = await fetch(await signedAddress(request, statusKey), { redirect: "error", signal });
    status = answer.status;
    text = await answer.text();
  } catch (error) {
    if (signal.aborted) throw signal.reason;
    throw new ExporterError("CHI-X013", `the files gateway cannot be reached (${words(error)}): see www.cloudflarestatus.com`);
  }
  if (status !== 200) {
    const advice =
      status === 401 || status === 403 ? "the signature is not accepted, deploy the present key with npx pulumi up" : "see www.cloudflarestatus.com";
    throw new ExporterError("CHI-X013", `the files gateway answered HTTP ${status}, expected 200: ${advice}`);
  }
  return fileVersions(text);
}

/**
 * The keeper says -1 for a walk that never ran: no age, so none is written.
 *
 * @throws ExporterError CHI-X014
 */
export function fileVersions(text: string): FileVersions {
  if (text.length > answerLimit) throw unreadable(`${text.length} characters, the limit is ${answerLimit}`);
  const status = parsed(text);
  const number = (name: keyof KeeperStatus, never?: -1): number => {
    const value = status[name];
    if (typeof value === "number" && Number.isFinite(value) && (value >= 0 || value === never)) return value;
    throw unreadable(`no ${name} of 0 or more`);
  };
  const sweepAge = number("sweepAgeSeconds", -1);
  return { lag: number("lagSeconds"), lostLastDay: number("lostLastDay"), sweepAge: sweepAge === -1 ? undefined : sweepAge };
}

function parsed(text: string): Readonly<Record<string, unknown>> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) throw unreadable("no JSON");
    throw error;
  }
  if (typeof value !== "object" || value === null) throw unreadable("no object");
  return value as Record<string, unknown>;
}

function unreadable(what: string): ExporterError {
  return new ExporterError(
    "CHI-X014",
    `the files gateway's status has ${what}: deploy the gateway and the exporter of one version with npx pulumi up`,
  );
}
