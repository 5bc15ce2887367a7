import { independently, resourcePolicy } from "../framework/policy";
import { departures, settingsOf } from "./supabase-settings";

/** Each environment has these features, set so. `auth` has besides what is an environment's own: addresses and the OAuth client. */
const features = {
  api: { db_schema: "public", db_extra_search_path: "public,extensions", max_rows: 1000 },
  auth: {
    disable_signup: false,
    external_google_enabled: true,
    external_google_skip_nonce_check: false,
    security_manual_linking_enabled: false,
    jwt_exp: 3600,
    refresh_token_rotation_enabled: true,
    security_refresh_token_reuse_interval: 10,
  },
  database: { statement_timeout: "2min" },
  pooler: { default_pool_size: 15 },
  storage: { fileSizeLimit: 52_428_800 },
} as const satisfies Record<string, Readonly<Record<string, string | number | boolean>>>;

export const supabaseFeatures = resourcePolicy({
  id: "supabase-features",
  title: "The same Supabase features, equally set, in every environment",
  severity: "high",
  section: "1.3",
  why: "a schema that only staging's API shows, or a session that only staging refreshes, is a fault that nobody sees before prod",
  remediation: "take the settings from components/database-settings.ts, and change a feature there for all environments (and here)",
  types: ["supabase:index/settings:Settings"],
  check: ({ props }, report) =>
    independently(
      () => {
        if (props["sslEnforcement"] !== true) report("sslEnforcement is not true; everywhere: true");
      },
      ...Object.entries(features).map(([name, expected]) => () => {
        const found = settingsOf(props[name]);
        if (found === undefined) report(`${name} is ${props[name] === undefined ? "not set" : "no JSON object"}; everywhere: ${Object.keys(expected).join(", ")}`);
        else for (const departure of departures(found, expected)) report(`${name}: ${departure}`);
      }),
    ),
});
