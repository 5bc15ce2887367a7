/** Where Vercel's REST API is, and the token that opens it: `VERCEL_API_URL` and `VERCEL_API_TOKEN` (the provider's own variable). */
import { type Connection, type ConnectionSource, connectionFrom as vendorConnection } from "../vendor-api/connection";

const vercel: ConnectionSource = {
  url: "https://api.vercel.com",
  urlVariable: "VERCEL_API_URL",
  tokenVariable: "VERCEL_API_TOKEN",
  tokenAdvice: "export a token of the team (vercel.com → account settings → tokens)",
  codes: { token: "CHI-C640", address: "CHI-C641" },
};

/** @throws CHI-C640 without a token, CHI-C641 for an address that is refused */
export function connectionFrom(environment: Readonly<Record<string, string | undefined>>): Connection {
  return vendorConnection(vercel, environment);
}
