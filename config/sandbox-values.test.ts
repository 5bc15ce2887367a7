import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { ageRecipientOf } from "./age-keys";
import { stackNames, type StackName } from "./naming";
import { sandboxConfiguration, type SandboxValue } from "./sandbox-values";
import { stackConfiguration } from "./stack-configuration";
import { cloudStacks, configurationKeyNames, configurationKeys, type ConfigurationKey } from "./stack-configuration-keys";

function validated(stack: StackName, values: Record<string, SandboxValue>) {
  return stackConfiguration(stack, {
    values: Object.fromEntries(Object.entries(values).map(([key, { value }]) => [key, value])),
    secretKeys: new Set(Object.entries(values).flatMap(([key, { secret }]) => (secret ? [key] : []))),
  });
}

test.each(stackNames)("%s: nothing committed is enough, and what is committed now is valid", (stack) => {
  expect(() => validated(stack, sandboxConfiguration(stack, {}, "seed"))).not.toThrow();
  const file = parse(readFileSync(join(__dirname, "..", `Pulumi.${stack}.yaml`), "utf8")) as { config?: Record<string, unknown> };
  const configuration = validated(stack, sandboxConfiguration(stack, file.config ?? {}, "seed"));
  expect(configuration.stack).toBe(stack);
});

test.each(configurationKeyNames)("an encrypted %s gets a stand-in that is accepted wherever the key is", (name: ConfigurationKey) => {
  const definition = configurationKeys[name];
  const stacks: readonly StackName[] = [...definition.required, ...definition.optional];
  for (const stack of stacks) {
    const values = sandboxConfiguration(stack, { [`chisan:${name}`]: { secure: "v1:encrypted" } }, "seed");
    expect(values[`chisan:${name}`]?.secret).toBe(true);
    expect(JSON.stringify(values)).not.toContain("v1:encrypted");
    expect(() => validated(stack, values)).not.toThrow();
  }
});

test("committed plain values win, of any type, also with the namespace left out or in its old form", () => {
  const traffic = { stable: { revision: "chisan-prod-api-1", percent: 100 } };
  const committed = {
    "chisan:zone": "chisan.example",
    companyDomain: "other.kr",
    "chisan:config:logLevel": "warn",
    "chisan:traffic": traffic,
    "gcp:region": "asia-northeast1",
    "chisan:n": 5,
  };
  expect(sandboxConfiguration("prod", committed, "seed")).toMatchObject({
    "chisan:zone": { value: "chisan.example", secret: false },
    "chisan:companyDomain": { value: "other.kr", secret: false },
    "chisan:logLevel": { value: "warn", secret: false },
    "chisan:traffic": { value: JSON.stringify(traffic), secret: false },
    "gcp:region": { value: "asia-northeast1", secret: false },
    "chisan:n": { value: "5", secret: false },
  });
});

test("a secret committed in plain text fails the rehearsal as it fails the real run", () => {
  expect(() =>
    validated("prod", sandboxConfiguration("prod", { "chisan:googleClientSecret": "a".repeat(10) + "0123456789abcdefABCDEF!?" }, "seed")),
  ).toThrow("CHI-K003");
});

test("encrypted parts of what we do not know become random text, the rest stays", () => {
  const values = sandboxConfiguration(
    "prod",
    { "cloudflare:apiToken": { secure: "v1:x" }, "checkly:options": { list: [{ secure: "v1:y" }, "kept"] } },
    "seed",
  );
  expect(values["cloudflare:apiToken"]).toEqual({ value: expect.stringMatching(/^[0-9a-f]{64}$/), secret: true });
  expect(JSON.parse(values["checkly:options"]?.value ?? "")).toEqual({ list: [expect.stringMatching(/^[0-9a-f]{64}$/), "kept"] });
});

test("no two stacks, keys or checkouts share a secret, and one checkout always gets the same", () => {
  const committed = { "cloudflare:apiToken": { secure: "v1:x" }, "vercel:apiToken": { secure: "v1:x" } };
  const secrets = ["seed 1", "seed 2"].flatMap((seed) =>
    stackNames.flatMap((stack) =>
      Object.values(sandboxConfiguration(stack, committed, seed)).flatMap(({ value, secret }) => (secret ? [value] : [])),
    ),
  );
  // Of each stack three, of each in the cloud the tokens of Slack, Checkly and Sentry, and the key that reads backups, of prod and chisan-dr where restores are tried.
  expect(secrets).toHaveLength(2 * (4 * 3 + 3 * 4 + 2));
  expect(new Set(secrets).size).toBe(secrets.length);
  expect(sandboxConfiguration("prod", committed, "seed 1")).toEqual(sandboxConfiguration("prod", committed, "seed 1"));
});

test("what is not secret does not depend on the seed, but for public keys of secret ones; what belongs to an account is alike in all environments, the rest is not", () => {
  const plain = (stack: StackName, seed: string) =>
    Object.entries(sandboxConfiguration(stack, {}, seed)).filter(([key, { secret }]) => !secret && key !== "chisan:backupRecipients");
  for (const stack of stackNames) expect(plain(stack, "a")).toEqual(plain(stack, "b"));
  const of = (key: string) => new Set(cloudStacks.map((stack) => sandboxConfiguration(stack, {}, "seed")[key]?.value)).size;
  expect([of("chisan:cloudflareAccountId"), of("chisan:vercelTeamId"), of("chisan:supabaseOrganizationId")]).toEqual([1, 1, 1]);
  expect([of("chisan:gcpProject"), of("chisan:googleClientId")]).toEqual([3, 3]);
});

test("what prod's rehearsal encrypts to its recipients, its own key reads", () => {
  const values = sandboxConfiguration("prod", {}, "seed");
  const recipients = JSON.parse(values["chisan:backupRecipients"]?.value ?? "") as string[];
  expect(recipients).toContain(ageRecipientOf(values["chisan:backupIdentity"]?.value ?? ""));
});
