/** The sandbox's stand-in for Vercel's REST API, as far as Web Analytics and the moves of domains go (the rest is the provider's, sandbox/providers/models/vercel.ts). */
import * as path from "node:path";
import type { JsonObject } from "../../world/world";
import { ApiDescription } from "../http/description";
import { ApiRefusal } from "../http/refusal";
import { type ApiServer, type ApiServerOptions, startApiServer } from "../http/server";
import { handlers as projectDomains } from "./project-domains";
import { handlers as webAnalytics } from "./web-analytics";

const descriptionFile = path.join(__dirname, "../../apis/vercel-web-analytics.openapi.json");

/** https://vercel.com/docs/rest-api/errors: the `code` of an error. */
const codes: { readonly [status: number]: string } = {
  403: "forbidden",
  404: "not_found",
  405: "method_unknown",
  429: "rate_limited",
  500: "internal_server_error",
  501: "not_modelled",
};

/** Starts listening on a free port of 127.0.0.1. */
export function startVercelApi(options: ApiServerOptions): Promise<ApiServer> {
  return startApiServer(
    {
      name: "Vercel API",
      folder: "sandbox/services/vercel-api/",
      description: new ApiDescription("Vercel", descriptionFile),
      handlers: { ...webAnalytics, ...projectDomains },
      words: {
        // Recorded answers of api.vercel.com, 2026: both are 403, not 401.
        unauthorized: (given) =>
          given
            ? new ApiRefusal(403, "Not authorized", {}, { invalidToken: true })
            : new ApiRefusal(403, "The request is missing an authentication token", {}, { missingToken: true }),
        noPath: () => "The requested resource could not be found",
        noMethod: (_method, _path, allowed) => `This endpoint only responds to ${allowed.join(", ")}`,
        invalid: (problems) => `Invalid request: ${problems.join("; ")}`,
        throttled: "The rate limit was exceeded. Try again later",
        failed: "An unexpected internal error occurred",
      },
      errorBody: ({ status, message, details }): JsonObject => ({
        error: { code: codes[status] ?? "bad_request", message, ...details },
      }),
    },
    options,
  );
}
