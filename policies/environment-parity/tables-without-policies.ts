/**
 * Tables of the `public` schema that have no policy on purpose, with the reason: row level security is on, and so nobody but the owner and the
 * service role reads or writes a row.
 */
export const tablesWithoutPolicies: Readonly<Record<string, string>> = {};
