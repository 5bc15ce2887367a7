/** A catalogue that calls every secret public: what is a secret by the document stays one. */
import type * as Catalogue from "../../../config/environment-variables";
import { judge } from "../../test-support/judge";
import { noPublicSecretName } from "../no-public-secret-name";
import { vercelSecretsSensitive } from "../vercel-secrets-sensitive";
import { isSecretName } from "./secret-names";

jest.mock("../../../config/environment-variables", () => {
  const real = jest.requireActual<typeof Catalogue>("../../../config/environment-variables");
  const shown = Object.entries(real.environmentVariables).map(([name, variable]) => [name, { ...variable, visibility: "public" }]);
  const { JWT_SECRET } = real.environmentVariables;
  return {
    ...real,
    environmentVariables: {
      ...Object.fromEntries(shown),
      NEXT_PUBLIC_JWT_SECRET: { ...JWT_SECRET, visibility: "public" },
      PIN: { ...JWT_SECRET, visibility: "secret" },
    },
  };
});

const secrets = [
  ...["SUPABASE_SERVICE_ROLE_KEY", "DATABASE_URL", "GOOGLE_CLIENT_SECRET", "R2_ACCESS_KEY_ID", "R2_SECRET_ACCESS_KEY"],
  ...["NEXTAUTH_SECRET", "JWT_SECRET", "ENCRYPTION_KEY", "FILES_GATEWAY_SECRET"],
];
const shown = ["NEXT_PUBLIC_SUPABASE_URL", "NEXT_PUBLIC_SUPABASE_ANON_KEY", "GOOGLE_CLIENT_ID", "R2_ACCOUNT_ID", "R2_BUCKET_NAME", "API_URL"];

test("the catalogue takes no secret away, and can add one", () => {
  expect(secrets.filter((name) => !isSecretName(name))).toEqual([]);
  expect(shown.filter(isSecretName)).toEqual([]);
  expect(isSecretName("PIN")).toBe(true);
});

test.each(secrets)("%s that is not sensitive is refused", async (key) => {
  const variable = { type: "vercel:index/projectEnvironmentVariable:ProjectEnvironmentVariable", name: "web", inputs: { key, sensitive: false } };
  expect((await judge(vercelSecretsSensitive, [variable])).violations).toEqual([expect.stringContaining(`${key} has sensitive: false`)]);
});

test("nor does it put one into the browser", async () => {
  const inputs = { key: "NEXT_PUBLIC_JWT_SECRET", sensitive: false };
  const variable = { type: "vercel:index/projectEnvironmentVariable:ProjectEnvironmentVariable", name: "web", inputs };
  expect((await judge(noPublicSecretName, [variable])).violations).toHaveLength(1);
});
