import { policyCases } from "./testing/mutations";
import { previewReachesOwnEnvironment } from "./preview-reaches-own-environment";

const type = "vercel:index/projectEnvironmentVariable:ProjectEnvironmentVariable";
const targets = ["production", "preview"];
const variable = (name: string, key: string, value: string, sensitive = false) => ({
  type,
  name,
  inputs: { key, value, sensitive, targets },
});

policyCases(previewReachesOwnEnvironment, {
  stack: "staging",
  compliant: [
    {
      type: "gcp:certificatemanager/certificateMapEntry:CertificateMapEntry",
      name: "certificate",
      inputs: { hostname: "api-staging.chisan.app" },
    },
    { type: "supabase:index/settings:Settings", name: "settings", inputs: { projectRef: "abcdefghijklmnopqrst" } },
    { type: "sentry:index/sentryKey:SentryKey", name: "key", inputs: {} },
    variable("api", "API_URL", "https://api-staging.chisan.app"),
    variable("supabase", "NEXT_PUBLIC_SUPABASE_URL", "https://abcdefghijklmnopqrst.supabase.co"),
    variable("client", "GOOGLE_CLIENT_ID", "123.apps.googleusercontent.com"),
    variable("secret", "NEXTAUTH_SECRET", "random", true),
    { ...variable("dsn", "NEXT_PUBLIC_SENTRY_DSN", "https://public@o1.ingest.sentry.io/1"), dependencies: ["key"] },
    { type: "vercel:index/projectRoute:ProjectRoute", name: "route", inputs: { route: { dest: "https://api-staging.chisan.app/$1" } } },
  ],
  refused: [
    ["api", "value", "https://api.chisan.app", "api: API_URL names api.chisan.app, of prod; allowed: this stack's own"],
    ["api", "value", "https://app.chisan.app/api", "API_URL names app.chisan.app, of prod"],
    ["api", "value", "https://evil.example.com", "API_URL is an address that this stack does not declare"],
    [
      "supabase",
      "value",
      "https://zyxwvutsrqponmlkjihg.supabase.co",
      "NEXT_PUBLIC_SUPABASE_URL is an address that this stack does not declare",
    ],
    ["client", "value", "chisan-files", "GOOGLE_CLIENT_ID names chisan-files, of prod"],
    ["client", "value", "projects/chisan-prod-data/secrets/x", "GOOGLE_CLIENT_ID names chisan-prod-, of prod"],
    ["client", "value", "chisan-dr-api@p.iam.gserviceaccount.com", "GOOGLE_CLIENT_ID names chisan-dr-, of chisan-dr"],
    ["secret", "value", "postgresql://u:p@db.zyxwvutsrqponmlkjihg.supabase.co:5432/postgres", "NEXTAUTH_SECRET is an address"],
    ["dsn", "value", "https://public@evil.example.com/1", "NEXT_PUBLIC_SENTRY_DSN is an address"],
    ["route", "route.dest", "https://api.chisan.app/$1", "route.dest names api.chisan.app, of prod"],
    ["certificate", "hostname", "other.chisan.app", "API_URL is an address"],
  ],
  allowed: [
    ["client", "value", "chisan-files-staging"],
    // Not for a preview.
    ["api", "targets", []],
  ],
  undecided: [
    ["api", "value"],
    ["settings", "projectRef"],
    ["certificate", "hostname"],
  ],
});
