import { policyCases } from "../least-privilege/testing/mutations";
import { signed } from "../least-privilege/testing/signed";
import { judge } from "../test-support/judge";
import { noPlainSecret } from "./no-plain-secret";

const from = (secret: string) => ({ secretKeyRef: { secret, version: "1" } });

policyCases(noPlainSecret, {
  compliant: [
    {
      type: "gcp:cloudrunv2/service:Service",
      name: "api",
      inputs: {
        template: {
          containers: [
            {
              envs: [
                { name: "LOG_LEVEL", value: "info" },
                { name: "JWT_SECRET", valueSource: from("jwt") },
                { name: "NEXT_PUBLIC_SUPABASE_ANON_KEY", value: "anon" },
              ],
            },
          ],
        },
      },
    },
    {
      type: "gcp:cloudrunv2/job:Job",
      name: "job",
      inputs: { template: { template: { containers: [{ envs: [{ name: "DATABASE_URL", valueSource: from("url") }] }] } } },
    },
    {
      type: "cloudflare:index/workersScript:WorkersScript",
      name: "worker",
      inputs: {
        bindings: [
          { name: "FILES", type: "r2_bucket" },
          { name: "API_TOKEN", type: "secret_text", text: "canary" },
          { name: "ORIGINS", type: "plain_text", text: "https://app.chisan.app" },
        ],
      },
    },
  ],
  refused: [
    [
      "api",
      "template.containers[0].envs[1]",
      { name: "JWT_SECRET", value: "canary" },
      "JWT_SECRET has a plain value; allowed: valueSource.secretKeyRef",
    ],
    ["api", "template.containers[0].envs[1]", { name: "SOMEBODYS_PASSWORD", value: "canary" }, "SOMEBODYS_PASSWORD has a plain value"],
    [
      "api",
      "template.containers[0].envs[0].value",
      "postgresql://u:canary@host/db",
      "LOG_LEVEL has a password in an address in its value",
    ],
    ["api", "template.containers[0].envs[0].value", "redis://:canary@10.0.0.1", "LOG_LEVEL has a password in an address in its value"],
    ["api", "template.containers[0].envs[0].value", "rediss://:canary@cache:6380/0", "LOG_LEVEL has a password in an address in its value"],
    ["api", "template.containers[0].envs[2].value", signed("service_role"), "NEXT_PUBLIC_SUPABASE_ANON_KEY has a token of the role service_role"],
    ["job", "template.template.containers[0].envs[0]", { name: "DATABASE_URL", value: "canary" }, "job: DATABASE_URL has a plain value"],
    ["job", "template.template.containers[0].envs[0]", { name: "BACKUP_IDENTITY", value: "canary" }, "BACKUP_IDENTITY has a plain value"],
    ["worker", "bindings[1].type", "plain_text", "API_TOKEN is bound as plain_text; allowed: secret_text"],
    ["worker", "bindings[2].text", "redis://:canary@10.0.0.1", "ORIGINS has a password in an address in its value; allowed: secret_text"],
  ],
  allowed: [
    ["api", "template.containers[0].envs[0].value", "redis://10.0.0.1:6379"],
    ["api", "template.containers[0].envs[0].value", "http://metadata:80/a:b"],
    ["api", "template.containers[0].envs[2].value", signed("anon")],
  ],
  undecided: [
    ["api", "template.containers[0].envs[0].value"],
    ["api", "template"],
    ["worker", "bindings[2].text"],
  ],
});

test("no message has a value in it", async () => {
  const service = {
    type: "gcp:cloudrunv2/service:Service",
    name: "api",
    inputs: {
      template: {
        containers: [
          {
            envs: [
              { name: "JWT_SECRET", value: "canary" },
              { name: "A", value: "redis://u:canary@h" },
              { name: "B", value: "redis://:canary@h" },
              { name: "C", value: signed("canary") },
            ],
          },
        ],
      },
    },
  };
  const { violations } = await judge(noPlainSecret, [service]);
  expect(violations).toHaveLength(4);
  expect(violations.join()).not.toContain("canary");
  expect(violations.join()).not.toContain(signed("canary"));
});
