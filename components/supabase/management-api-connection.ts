/** Where the Supabase Management API is, and the token that opens it: `SUPABASE_API_URL` and `SUPABASE_ACCESS_TOKEN`. */
import { type Connection, type ConnectionSource, connectionFrom as vendorConnection } from "../vendor-api/connection";

const supabase: ConnectionSource = {
  url: "https://api.supabase.com",
  urlVariable: "SUPABASE_API_URL",
  tokenVariable: "SUPABASE_ACCESS_TOKEN",
  tokenAdvice: "export a token of the Supabase account (dashboard → account → access tokens)",
  codes: { token: "CHI-C630", address: "CHI-C631" },
};

/** @throws CHI-C630 without a token, CHI-C631 for an address that is refused */
export function connectionFrom(environment: Readonly<Record<string, string | undefined>>): Connection {
  return vendorConnection(supabase, environment);
}
