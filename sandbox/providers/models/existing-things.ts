import { createHash } from "node:crypto";

/**
 * What exists at the vendors before any program runs: accounts and whatever else nobody creates from code.
 *
 * A list that is left out accepts every well-formed ID, so that a rehearsal needs no seed; a list that is given is exhaustive.
 * In both cases what the program itself created (a `cloudflare.Zone`, a `gcp.organizations.Project`) exists as well.
 */
export interface Seed {
  gcpProjects?: Array<{ id: string; number?: string }>;
  cloudflareAccounts?: string[];
  cloudflareZones?: Array<{ id: string; name: string; accountId: string }>;
  vercelTeams?: string[];
  supabaseOrganizations?: string[];
}

export class ExistingThings {
  constructor(private readonly seed: Seed = {}) {}

  hasGcpProject(id: string): boolean {
    // https://cloud.google.com/resource-manager/docs/creating-managing-projects: 6 to 30 characters, letter first, no hyphen last
    return this.seed.gcpProjects ? this.seed.gcpProjects.some((project) => project.id === id) : /^[a-z][a-z0-9-]{4,28}[a-z0-9]$/.test(id);
  }

  /** The project's number: 12 digits; from the seed, else always the same for the same ID. */
  gcpProjectNumber(id: string): string {
    return this.seed.gcpProjects?.find((project) => project.id === id)?.number ?? derivedDigits(`gcp project ${id}`, 12);
  }

  /** The project that an ID or a number means. */
  gcpProjectByNumber(number: string): string | undefined {
    return this.seed.gcpProjects?.find((project) => project.number === number)?.id;
  }

  hasCloudflareAccount(id: string): boolean {
    return this.seed.cloudflareAccounts ? this.seed.cloudflareAccounts.includes(id) : hex32.test(id);
  }

  hasCloudflareZone(id: string): boolean {
    return this.seed.cloudflareZones ? this.seed.cloudflareZones.some((zone) => zone.id === id) : hex32.test(id);
  }

  /** Undefined when no seed names the zone: its name is then not known. */
  cloudflareZone(id: string): { id: string; name: string; accountId: string } | undefined {
    return this.seed.cloudflareZones?.find((zone) => zone.id === id);
  }

  cloudflareZones(): Array<{ id: string; name: string; accountId: string }> {
    return this.seed.cloudflareZones ?? [];
  }

  hasVercelTeam(id: string): boolean {
    return this.seed.vercelTeams ? this.seed.vercelTeams.includes(id) : /^[\w-]{1,64}$/.test(id);
  }

  hasSupabaseOrganization(id: string): boolean {
    return this.seed.supabaseOrganizations ? this.seed.supabaseOrganizations.includes(id) : /^[\w-]{1,64}$/.test(id);
  }
}

const hex32 = /^[0-9a-f]{32}$/;

/** Digits that look arbitrary and are always the same for the same text; the first is not 0. */
export function derivedDigits(text: string, length: number): string {
  const number = BigInt(`0x${createHash("sha256").update(text).digest("hex")}`).toString();
  return String((Number(number[0]) % 9) + 1) + number.slice(1, length);
}

/** Hexadecimal digits, always the same for the same text. At most 64. */
export function derivedHex(text: string, length: number): string {
  return createHash("sha256").update(text).digest("hex").slice(0, length);
}
