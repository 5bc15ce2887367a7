/** The local Supabase stack (`supabase start`) as the dev environment's variables refer to it. Pure functions. */
import { createHmac } from "node:crypto";
import { equalEverywhere } from "../config/parity-manifest";

export interface LocalSupabase {
  /** Address of its API. */
  readonly url: string;
  readonly databaseUrl: string;
}

/**
 * What `supabase/config.toml` makes of the local stack. The user and the password are the same on every machine: the Supabase CLI fixes them
 * for local stacks, which hold seed data only.
 *
 * @param configuration the text of the file
 * @throws CHI-C711 for a setting that is missing, CHI-C712 when PostgreSQL is not the version of every environment
 */
export function localSupabase(configuration: string): LocalSupabase {
  const version = wholeNumber(configuration, "db", "major_version");
  if (version !== equalEverywhere.postgresMajorVersion) {
    throw new Error(
      `CHI-C712 supabase/config.toml has PostgreSQL ${version}, every environment has ${equalEverywhere.postgresMajorVersion}: set db.major_version = ${equalEverywhere.postgresMajorVersion}`,
    );
  }
  return {
    url: `http://127.0.0.1:${wholeNumber(configuration, "api", "port")}`,
    databaseUrl: `postgresql://postgres:postgres@127.0.0.1:${wholeNumber(configuration, "db", "port")}/postgres`,
  };
}

/** One number of a TOML file: enough of TOML for a file whose settings are one a line. */
function wholeNumber(configuration: string, section: string, key: string): number {
  let within = "";
  for (const line of configuration.split("\n")) {
    within = /^\[([^[\]]+)\]\s*(?:#.*)?$/.exec(line)?.[1] ?? within;
    const value = within === section ? new RegExp(`^${key}\\s*=\\s*(\\d+)\\s*(?:#.*)?$`).exec(line)?.[1] : undefined;
    if (value !== undefined) return Number(value);
  }
  throw new Error(`CHI-C711 supabase/config.toml has no number ${section}.${key}: add the line "${key} = …" under [${section}]`);
}

/** The roles of PostgREST whose keys the applications hold. */
export type SupabaseRole = "anon" | "service_role";

/**
 * The key of a role, exactly as the Supabase CLI makes it from the same JWT secret (its source, `pkg/config/apikeys.go`: these claims in
 * this order, HS256, ending in November 2032), so that the local stack and `.env.local` agree without one asking the other.
 */
export function supabaseKey(jwtSecret: string, role: SupabaseRole): string {
  const signed = [
    { alg: "HS256", typ: "JWT" },
    { iss: "supabase-demo", role, exp: 1_983_812_996 },
  ]
    .map((part) => Buffer.from(JSON.stringify(part)).toString("base64url"))
    .join(".");
  return `${signed}.${createHmac("sha256", jwtSecret).update(signed).digest("base64url")}`;
}
