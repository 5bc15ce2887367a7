import { policyCases } from "./testing/mutations";
import { noPublicSecretName } from "./no-public-secret-name";

const type = "vercel:index/projectEnvironmentVariable:ProjectEnvironmentVariable";

policyCases(noPublicSecretName, {
  compliant: [
    { type, name: "anon", inputs: { key: "NEXT_PUBLIC_SUPABASE_ANON_KEY", sensitive: false } },
    { type, name: "other", inputs: { key: "NEXT_PUBLIC_THEME", sensitive: false } },
    { type, name: "secret", inputs: { key: "JWT_SECRET", sensitive: true } },
  ],
  refused: [
    ["secret", "key", "NEXT_PUBLIC_JWT_SECRET", "NEXT_PUBLIC_JWT_SECRET is a secret by its name"],
    ["other", "key", "NEXT_PUBLIC_SUPABASE_SERVICE_ROLE_KEY", "NEXT_PUBLIC_SUPABASE_SERVICE_ROLE_KEY is a secret by its name"],
    ["other", "key", "NEXT_PUBLIC_DATABASE_URL", "is a secret by its name"],
    ["other", "sensitive", true, "NEXT_PUBLIC_THEME is sensitive: true"],
  ],
  undecided: [["other", "key"]],
});
