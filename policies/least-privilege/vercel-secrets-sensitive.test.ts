import { policyCases } from "./testing/mutations";
import { vercelSecretsSensitive } from "./vercel-secrets-sensitive";

const type = "vercel:index/projectEnvironmentVariable:ProjectEnvironmentVariable";

policyCases(vercelSecretsSensitive, {
  compliant: [
    { type, name: "secret", inputs: { key: "NEXTAUTH_SECRET", sensitive: true, value: "canary" } },
    { type, name: "public", inputs: { key: "API_URL", sensitive: false, value: "https://api.chisan.app" } },
    { type, name: "anon", inputs: { key: "NEXT_PUBLIC_SUPABASE_ANON_KEY", sensitive: false, value: "anon" } },
    {
      type: "vercel:index/projectEnvironmentVariables:ProjectEnvironmentVariables",
      name: "several",
      inputs: {
        variables: [
          { key: "A", sensitive: false },
          { key: "JWT_SECRET", sensitive: true },
        ],
      },
    },
    { type: "vercel:index/project:Project", name: "project", inputs: { environments: [{ key: "SOME_TOKEN", sensitive: true }] } },
  ],
  refused: [
    ["secret", "sensitive", false, "NEXTAUTH_SECRET has sensitive: false; allowed: true"],
    ["secret", "sensitive", undefined, "NEXTAUTH_SECRET has sensitive: nothing"],
    ["public", "key", "DATABASE_URL", "DATABASE_URL has sensitive: false"],
    ["public", "key", "STRIPE_API_KEY", "STRIPE_API_KEY has sensitive: false"],
    ["several", "variables[1].sensitive", false, "JWT_SECRET has sensitive: false"],
    ["project", "environments[0].sensitive", false, "SOME_TOKEN has sensitive: false"],
  ],
  undecided: [
    ["secret", "sensitive"],
    ["several", "variables"],
  ],
});
