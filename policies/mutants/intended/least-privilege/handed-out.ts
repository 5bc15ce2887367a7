/** Secrets, tokens and variables. */
import type { RecordedResource } from "../../../../components/test-support/mocks";
import { valueAt } from "../../edit";
import type { Generators } from "../generators";
import { isSensitive, of, projectGrant, secretGrant, token, variable, web } from "../places";

const person = "user:somebody@chisanpaper.com";
const devops = "group:devops-team@chisanpaper.com";
const keyOf = ({ inputs }: RecordedResource) => String(inputs["key"]);

export const handedOutMutants: Generators = {
  "secrets-one-by-one": ({ prod }) => [
    ...of(prod, [projectGrant], ["role"], ["roles/secretmanager.secretAccessor", "roles/secretmanager.secretVersionManager"]),
    ...of(
      prod,
      [secretGrant],
      ["role"],
      ["roles/secretmanager.admin", "roles/secretmanager.secretVersionManager", "roles/secretmanager.viewer"],
    ),
    ...of(prod, [secretGrant], ["member"], [person, devops, "allUsers"]),
    ...prod
      .ofType(projectGrant)
      .filter((grant) => grant.inputs["role"] === "roles/secretmanager.admin")
      .flatMap((grant) =>
        prod.set(grant, ["member"], ["serviceAccount:chisan-prod-api@chisan-sandbox-prod.iam.gserviceaccount.com", devops]),
      ),
    ...prod.ofType("gcp:secretmanager/secret:Secret").map(({ inputs }) =>
      prod.added("gcp:secretmanager/secretIamBinding:SecretIamBinding", {
        secretId: inputs["secretId"],
        role: "roles/secretmanager.secretAccessor",
        members: ["serviceAccount:a@b.iam.gserviceaccount.com"],
      }),
    ),
  ],

  "cloudflare-token-scope": ({ prod }) =>
    prod.ofType(token).flatMap((one) => {
      const text = String(valueAt(one.inputs, ["policies", 0, "resources"]));
      const account = String(one.inputs["accountId"]);
      const wide = [
        `com.cloudflare.api.account.${account}`,
        "com.cloudflare.api.account.*",
        "com.cloudflare.api.account.zone.*",
        `com.cloudflare.edge.r2.bucket.${account}_default_*`,
        "com.cloudflare.edge.r2.bucket.*",
      ];
      return [
        ...prod.set(
          one,
          ["policies", 0, "resources"],
          [
            undefined,
            "",
            "{}",
            "[]",
            ...wide.map((resource) => JSON.stringify({ [resource]: "*" })),
            ...wide.map((resource) => JSON.stringify({ ...(JSON.parse(text) as object), [resource]: "*" })),
            JSON.stringify({ [`com.cloudflare.api.account.${account}`]: { "com.cloudflare.api.account.zone.*": "*" } }),
          ],
        ),
        ...prod.set(one, ["policies"], [undefined, []]),
        ...prod.set(one, ["policies", 0, "effect"], [undefined, "deny"]),
        ...prod.set(one, ["policies", 0, "permissionGroups"], [[], [{ id: "a" }, { id: "b" }]]),
      ];
    }),

  "vercel-secrets-sensitive": ({ prod }) => [
    ...prod
      .ofType(variable)
      .filter(isSensitive)
      .flatMap((each) => prod.set(each, ["sensitive"], [false, undefined])),
    ...prod
      .ofType(variable)
      .filter((each) => !isSensitive(each))
      .flatMap((each) => prod.set(each, ["key"], ["JWT_SECRET", "DATABASE_URL", "SUPABASE_SERVICE_ROLE_KEY", "SOME_API_TOKEN"])),
    ...["GOOGLE_CLIENT_SECRET", "NEXTAUTH_SECRET", "R2_SECRET_ACCESS_KEY", "ENCRYPTION_KEY"].map((key) =>
      prod.added(web, { environments: [{ key, targets: ["production"], sensitive: false }] }),
    ),
  ],

  "no-public-secret-name": ({ prod }) => [
    ...prod
      .ofType(variable)
      .filter(isSensitive)
      .flatMap((each) => prod.set(each, ["key"], [`NEXT_PUBLIC_${keyOf(each)}`, "NEXT_PUBLIC_DATABASE_URL", "NEXT_PUBLIC_SOMETHING"])),
    ...prod
      .ofType(variable)
      .filter((each) => !isSensitive(each))
      .flatMap((each) => prod.set(each, ["key"], ["NEXT_PUBLIC_SUPABASE_SERVICE_ROLE_KEY", "NEXT_PUBLIC_JWT_SECRET"])),
  ],

  "no-development-target": ({ prod }) =>
    of(
      prod,
      [variable],
      ["targets"],
      [undefined, ["development"], ["production", "development"], ["production", "preview", "development"]],
    ),
};
