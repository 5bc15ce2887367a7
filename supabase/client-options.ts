import type { ClientConfig } from "pg";

/**
 * Options of `pg` for a `DATABASE_URL`, so that `sslmode` means what it means to psql and pg_dump: `require` encrypts and looks at no
 * certificate. Without the parameter `pg` verifies it against the public authorities, whereas Supabase's databases are certified by an
 * authority of the vendor's own, and the sandbox's by themselves.
 */
export function clientOptions(databaseUrl: string): ClientConfig {
  const url = new URL(databaseUrl);
  url.searchParams.set("uselibpqcompat", "true");
  return { connectionString: url.toString(), connectionTimeoutMillis: 30_000 };
}
