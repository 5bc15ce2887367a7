import { policyCases } from "../least-privilege/testing/mutations";
import { judge, unknown } from "../test-support/judge";
import { noSecretShown } from "./no-secret-shown";

const key = "canary-service-role-key";
const password = "canary-password-of-the-database";
const compliant = [
  { type: "gcp:secretmanager/secret:Secret", name: "service-role", inputs: { secretId: "chisan-prod-supabase-service-role-key" } },
  {
    type: "gcp:secretmanager/secretVersion:SecretVersion",
    name: "service-role-v1",
    inputs: { secretData: key },
    dependencies: ["service-role"],
  },
  { type: "supabase:index/project:Project", name: "database", inputs: { databasePassword: password } },
  { type: "random:index/randomPassword:RandomPassword", name: "made", inputs: { result: "canary-made-at-random" } },
  { type: "random:index/randomBytes:RandomBytes", name: "bytes", inputs: { base64: "canary-bytes-in-base64", hex: "canary-bytes-in-hex" } },
  {
    type: "vercel:index/projectEnvironmentVariable:ProjectEnvironmentVariable",
    name: "anon",
    inputs: { key: "NEXT_PUBLIC_SUPABASE_ANON_KEY", value: "of the browser", sensitive: false },
  },
  {
    type: "vercel:index/projectEnvironmentVariable:ProjectEnvironmentVariable",
    name: "google",
    inputs: { key: "GOOGLE_CLIENT_SECRET", value: "canary-3", sensitive: true },
  },
  {
    type: "gcp:cloudrunv2/service:Service",
    name: "api",
    inputs: { template: { containers: [{ envs: [{ name: "LOG_LEVEL", value: "info" }, { name: "JWT_SECRET", valueSource: {} }] }] } },
  },
  {
    type: "gcp:cloudrunv2/job:Job",
    name: "job",
    inputs: { template: { template: { containers: [{ envs: [{ name: "BUCKET", value: "chisan-backups" }] }] } } },
  },
  {
    type: "cloudflare:index/workersScript:WorkersScript",
    name: "gateway",
    inputs: {
      bindings: [
        { name: "ORIGINS", type: "plain_text", text: "https://app.chisan.app" },
        { name: "LIMITS", type: "json", json: "{}" },
        { name: "SIGNING_SECRET", type: "secret_text", text: "canary-signing-secret" },
      ],
    },
  },
];

policyCases(noSecretShown, {
  compliant,
  refused: [
    ["anon", "value", key, "anon: NEXT_PUBLIC_SUPABASE_ANON_KEY shows the value of SUPABASE_SERVICE_ROLE_KEY"],
    ["anon", "value", `https://postgres:${password}@db.example`, "NEXT_PUBLIC_SUPABASE_ANON_KEY shows the value of DATABASE_PASSWORD"],
    ["anon", "value", "canary-3", "NEXT_PUBLIC_SUPABASE_ANON_KEY shows the value of GOOGLE_CLIENT_SECRET"],
    ["anon", "value", "canary-made-at-random", "shows the value of made"],
    ["anon", "value", "canary-bytes-in-hex", "shows the value of bytes"],
    ["api", "template.containers[0].envs[0].value", key, "api: LOG_LEVEL shows the value of SUPABASE_SERVICE_ROLE_KEY"],
    ["job", "template.template.containers[0].envs[0].value", "canary-bytes-in-base64", "job: BUCKET shows the value of bytes"],
    ["gateway", "bindings[0].text", "canary-signing-secret", "gateway: ORIGINS shows the value of SIGNING_SECRET"],
    ["gateway", "bindings[1].json", `{"key":"${key}"}`, "gateway: LIMITS shows the value of SUPABASE_SERVICE_ROLE_KEY"],
    ["gateway", "bindings[2].text", "https://app.chisan.app", "gateway: ORIGINS shows the value of SIGNING_SECRET"],
  ],
  // Short ones stand in other values by chance.
  allowed: [["anon", "value", "with canary-3 in it"]],
  undecided: [
    ["anon", "value"],
    ["service-role-v1", "secretData"],
    ["made", "result"],
    ["api", "template.containers[0].envs[0].value"],
    ["gateway", "bindings[2].text"],
  ],
});

test("a value that is not known yet hides no other fault, and no message has a value in it", async () => {
  const changed = compliant.map((each) => {
    if (each.name === "made") return { ...each, inputs: { result: unknown } };
    return each.name === "anon" ? { ...each, inputs: { ...each.inputs, value: key } } : each;
  });
  const { violations, undecided } = await judge(noSecretShown, changed);
  expect(violations).toHaveLength(1);
  expect(undecided).toHaveLength(1);
  expect(violations.join()).not.toContain("canary");
});

test("a secret that is shown under its own name is for vercel-secrets-sensitive, and one that is empty is in no value", async () => {
  const changed = compliant.map((each) => {
    if (each.name === "google") return { ...each, inputs: { ...each.inputs, sensitive: false } };
    return each.name === "service-role-v1" ? { ...each, inputs: { secretData: "" } } : each;
  });
  expect(await judge(noSecretShown, changed)).toEqual({ violations: [], undecided: [] });
});
