import { policyCases } from "../least-privilege/testing/mutations";
import { generatedVariableNames } from "../../config/environment-variables";
import { judge } from "../test-support/judge";
import { generatedSecrets, vendorsSecrets } from "./reading/document";
import { strongSecrets } from "./strong-secrets";

policyCases(strongSecrets, {
  compliant: [
    { type: "random:index/randomPassword:RandomPassword", name: "password", inputs: { length: 32, special: false } },
    { type: "random:index/randomBytes:RandomBytes", name: "bytes", inputs: { length: 32 } },
    { type: "supabase:index/project:Project", name: "database", inputs: { databasePassword: "x".repeat(32) } },
  ],
  refused: [
    ["password", "length", 31, "password: length is 31; allowed: 32 or more"],
    ["password", "length", undefined, "length is nothing"],
    ["bytes", "length", 16, "bytes: length is 16"],
    ["database", "databasePassword", "x".repeat(31), "databasePassword has 31 characters; allowed: 32 or more"],
    ["database", "databasePassword", undefined, "databasePassword has 0 characters"],
  ],
  allowed: [["password", "length", 64]],
  undecided: [
    ["password", "length"],
    ["bytes", "length"],
    ["database", "databasePassword"],
  ],
});

describe("digits alone", () => {
  policyCases(strongSecrets, {
    compliant: [
      {
        type: "random:index/randomPassword:RandomPassword",
        name: "digits",
        inputs: { length: 48, special: false, lower: false, upper: false },
      },
    ],
    refused: [["digits", "length", 32, "the secret has 10 possible characters, so 106 bits; allowed: 128 bits or more"]],
  });
});

const kept = (name: string, secretData: unknown) => ({ type: "gcp:secretmanager/secretVersion:SecretVersion", name, inputs: { secretData } });
const atVercel = (key: string, value: unknown, sensitive: boolean) => ({
  type: "vercel:index/projectEnvironmentVariable:ProjectEnvironmentVariable",
  name: key,
  inputs: { key, value, sensitive },
});

describe("what is kept, whatever made it", () => {
  policyCases(strongSecrets, {
    compliant: [
      kept("secrets-jwt-secret-v1", "x".repeat(64)),
      kept("secrets-files-status-key-v2", "x".repeat(32)),
      atVercel("NEXTAUTH_SECRET", "x".repeat(64), true),
      // The vendor's length, or no secret.
      kept("secrets-r2-access-key-id-v1", "x".repeat(20)),
      kept("secrets-supabase-service-role-key-v1", "x".repeat(20)),
      atVercel("GOOGLE_CLIENT_SECRET", "x".repeat(24), true),
      atVercel("API_URL", "https://a.example", false),
      {
        type: "cloudflare:index/workersScript:WorkersScript",
        name: "gateway",
        inputs: {
          bindings: [
            { name: "ORIGINS", type: "plain_text", text: "a" },
            { name: "SIGNING_SECRET", type: "secret_text", text: "x".repeat(64) },
          ],
        },
      },
    ],
    refused: [
      ["secrets-jwt-secret-v1", "secretData", "canary-1", "secrets-jwt-secret-v1: secretData has 8 characters; allowed: 32 or more"],
      ["secrets-jwt-secret-v1", "secretData", "x".repeat(31), "secretData has 31 characters"],
      ["secrets-jwt-secret-v1", "secretData", undefined, "secretData has 0 characters"],
      ["secrets-files-status-key-v2", "secretData", "canary-1", "secretData has 8 characters"],
      ["NEXTAUTH_SECRET", "value", "canary-1", "NEXTAUTH_SECRET has 8 characters; allowed: 32 or more"],
      ["NEXTAUTH_SECRET", "value", undefined, "NEXTAUTH_SECRET has 0 characters"],
      ["gateway", "bindings[1].text", "canary-1", "gateway: SIGNING_SECRET has 8 characters; allowed: 32 or more"],
      ["API_URL", "sensitive", true, "API_URL has 17 characters"],
    ],
    undecided: [
      ["secrets-jwt-secret-v1", "secretData"],
      ["NEXTAUTH_SECRET", "value"],
      ["gateway", "bindings[1].text"],
    ],
  });
});

test("each secret that the document or the catalogue has made at random is measured", async () => {
  const names = [...new Set([...generatedSecrets, ...generatedVariableNames])];
  expect(names.filter((name) => vendorsSecrets.test(name))).toEqual([]);
  const short = names.map((name) => kept(`secrets-${name.toLowerCase().replaceAll("_", "-")}-v1`, "canary-1"));
  const { violations } = await judge(strongSecrets, short);
  expect(violations).toHaveLength(names.length);
  expect(violations.join()).not.toContain("canary");
});
