import fc from "fast-check";
import { environmentVariable, environmentVariableNames } from "../../../config/environment-variables";
import { maskedCommand, masked, maskFor } from "./mask";

/** Of no form that would be masked by itself: where it stands must give it away. */
const canary = "swordfish";
const nothing = {};

test.each([
  ["a password in a connection string", `postgresql://postgres:${canary}@db.abc.supabase.co:5432/postgres`, "db.abc.supabase.co:5432/postgres"],
  ["one with an @ and a slash in it", `postgresql://postgres:${canary}@/${canary}@db.abc.supabase.co/postgres`, "db.abc.supabase.co/postgres"],
  ["a token before a host", `https://${canary}@github.com/chisan/platform`, "github.com/chisan/platform"],
  ["a key and its value", `restarted with dbPassword=${canary} and went on`, "and went on"],
  ["YAML", `api_key: "${canary}"`, "api_key"],
  ["JSON", JSON.stringify({ accessToken: canary, region: "seoul" }), "seoul"],
  ["a header", `curl -H 'Authorization: Bearer ${canary}' https://api.chisan.app`, "https://api.chisan.app"],
  ["a signed address", `https://files.chisan.app/?key=a.pdf&signature=${canary}&scope=api`, "scope=api"],
  ["a variable in front of a command", `PGPASSWORD=${canary} psql -X`, "psql -X"],
  ["Korean", `비밀번호: ${canary} 로 접속`, "로 접속"],
])("%s is masked and the rest stays", (_what, text, stays) => {
  const shown = maskFor(nothing)(text);
  expect(shown).not.toContain(canary);
  expect(shown).toContain(masked);
  expect(shown).toContain(stays);
});

test.each([
  ["a sentence", `the password is ${canary}`, "the password is [masked]"],
  ["one with a colon and quotes", `Root Password was: "${canary}", rotated`, 'Root Password was: "[masked]", rotated'],
  ["a word that begins like an ordinary one", "the new token is nothing77", "the new token is [masked]"],
  ["a sentence in Korean", `비밀번호는 ${canary} 입니다`, "비밀번호는 [masked] 입니다"],
  ["a line of pgpass", `db:5432:postgres:postgres:${canary}`, "db:5432:postgres:postgres:[masked]"],
  ["one with wildcards", `put *:*:*:postgres:${canary}:${canary} there`, "put *:*:*:postgres:[masked] there"],
  ["one of an address, with an escaped colon", `10.0.0.1:6543:app:us\\:er:${canary}`, "10.0.0.1:6543:app:us\\:er:[masked]"],
  ["a user and a password before a host", `psql jane:${canary}@host`, "psql jane:[masked]@host"],
  ["one with an @ in it", `jane:${canary}@${canary}@db.example.org/app`, "jane:[masked]@db.example.org/app"],
  ["a short signature", `https://x.example.org/a?se=2026&sig=${canary}&sp=r`, "https://x.example.org/a?se=2026&sig=[masked]&sp=r"],
  ["a secret of AWS after its key's id", "AKIAABCDEFGHIJKLMNOP wJalr8UtnFEMI/K7MDENG/bPxRfiCY0123456789", "[masked] [masked]"],
])("%s: what tells a secret goes, and no more", (_what, text, expected) => {
  expect(maskFor(nothing)(text)).toBe(expected);
});

test("a password that is told in a sentence, in a pgpass line or before a host is masked, whatever it is", () => {
  const secret = fc.stringMatching(/^[A-Za-z]{3,8}[0-9][A-Za-z0-9!#$%*+=_.-]{3,20}[0-9]$/);
  fc.assert(
    fc.property(secret, (value) => {
      for (const text of [`the password is ${value}`, `host:5432:app:jane:${value}`, `jane:${value}@host`, `암호가 ${value}`]) expect(maskFor(nothing)(text)).not.toContain(value);
    }),
  );
});

test("times, dates and addresses of mail stay as they are", () => {
  const two = fc.integer({ min: 0, max: 59 }).map((number) => String(number).padStart(2, "0"));
  fc.assert(
    fc.property(two, two, two, fc.emailAddress({ size: "small" }), (hour, minute, second, mail) => {
      // Letters and digits in a long mixed run are masked for another reason.
      fc.pre(/^[a-z0-9.]{1,16}@[a-z0-9.-]{1,20}$/.test(mail));
      const text = `${hour}:${minute}:${second} mail to ${mail}, at ${hour}:${minute} again: ${mail} or mailto:${mail}`;
      expect(maskFor(nothing)(text)).toBe(text);
    }),
  );
});

test.each([
  ["an age key", `AGE-SECRET-KEY-1${"QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L".repeat(2).slice(0, 58)}`],
  ["a JWT", "eyJhbGciOiJIUzI1NiJ9.eyJyb2xlIjoic2VydmljZV9yb2xlIn0.c2lnbmF0dXJl"],
  ["Supabase's token", `sbp_${"0123456789abcdef".repeat(2)}cafe0123`],
  ["GitHub's token", `ghp_${"a1".repeat(18)}`],
  ["GitHub's newer token", `github_pat_${"a1".repeat(20)}`],
  ["Pulumi's token", `pul-${"0123456789abcdef".repeat(2)}`],
  ["Slack's token", "xoxb-123456789012-abcdefabcdef"],
  ["Slack's webhook", "hooks.slack.com/services/T000/B000/xyzxyzxyz"],
  ["Google's client secret", "GOCSPX-abcdefghijklmnopqrst"],
  ["Google's access token", "ya29.a0AfB_abcdefghijk"],
  ["an R2 secret", "0123456789abcdef".repeat(4)],
  ["a PEM key", "-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBg\n-----END PRIVATE KEY-----"],
  ["the beginning of a PEM key", "-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBg"],
  ["a generated secret of 64 letters and digits", "aB3dE6gH9jK2mN5pQ8sT1vW4yZ7bC0eF".repeat(2)],
])("%s is masked by its form", (_what, secret) => {
  const shown = maskFor(nothing)(`we used ${secret} yesterday`);
  expect(shown).toMatch(/^we used .*\[masked\]/);
  expect(shown).not.toContain(secret.slice(-10));
});

test("every secret variable of the catalogue, and whatever is named like one, is masked wherever its value stands", () => {
  const catalogued = environmentVariableNames.filter((name) => environmentVariable(name).visibility === "secret");
  expect(catalogued.length).toBeGreaterThan(5);
  const names = [...catalogued, "PGPASSWORD", "BACKUP_IDENTITY", "CLOUDFLARE_API_TOKEN", "VERCEL_API_TOKEN", "SUPABASE_ACCESS_TOKEN", "PULUMI_ACCESS_TOKEN", "PULUMI_CONFIG_PASSPHRASE", "GH_TOKEN", "AWS_SECRET_ACCESS_KEY", "RESTORE_TEST_DATABASE_URL", "CHECKLY_API_KEY"];
  for (const name of names) {
    for (const shown of [maskFor({ [name]: "hunter2" })("they typed hunter2 again"), maskedCommand("npx chisan", ["dr", "hunter2"], { [name]: "hunter2" })]) {
      expect([name, shown.includes("hunter2")]).toEqual([name, false]);
    }
  }
});

test("a secret value is masked in each form in which it may come", () => {
  const value = fc.string({ minLength: 6, maxLength: 60 }).filter((text) => text.trim().length >= 6 && text.trim() === text && !masked.includes(text));
  // What is around it holds none of it.
  const around = fc.string({ unit: fc.constantFrom(" ", ",", ".") });
  fc.assert(
    fc.property(value, around, around, (secret, before, after) => {
      const mask = maskFor({ SOME_API_TOKEN: secret });
      for (const form of [secret, encodeURIComponent(secret), JSON.stringify(secret).slice(1, -1), Buffer.from(secret).toString("base64").replace(/=+$/, "")]) {
        expect(mask(`${before}${form}${after}`)).not.toContain(form);
      }
    }),
  );
});

test("the password of an address in the environment is masked alone too", () => {
  const mask = maskFor({ DATABASE_URL: "postgresql://postgres:p%40ss-w0rd@db/postgres" });
  expect(mask("it was p@ss-w0rd, in the address p%40ss-w0rd")).toBe(`it was ${masked}, in the address ${masked}`);
});

test.each([
  [["backup", "restore", "--password", canary], "npx chisan backup restore --password [masked]"],
  [["up", "prod", `--access-token=${canary}`], "npx chisan up prod --access-token=[masked]"],
  [["up", "prod", "--", "--config", `chisan:slackToken=${canary}`], "npx chisan up prod -- --config chisan:slackToken=[masked]"],
  [["up", "prod", "--", "-c", `chisan:googleClientSecret=${canary}`], "npx chisan up prod -- -c chisan:googleClientSecret=[masked]"],
  [["up", "prod", "--", "chisan:restoreTestDatabaseUrl", canary], "npx chisan up prod -- chisan:restoreTestDatabaseUrl [masked]"],
  [["files", "restore", "--identity", canary, "--yes"], "npx chisan files restore --identity [masked] --yes"],
])("%j: the value of an option that carries a secret is masked", (args, expected) => {
  expect(maskedCommand("npx chisan", args, nothing)).toBe(expected);
});

test("a variable that an option names is secret whatever its name is", () => {
  const environment = { TARGET: `postgresql://me:${canary}@db/x` };
  for (const args of [["--to-url-env", "TARGET", canary], ["--to-url-env=TARGET", canary]]) {
    expect(maskedCommand("npx chisan", args, environment)).toBe(`npx chisan ${args.slice(0, -1).join(" ")} ${masked}`);
  }
});

test("a secret that came as two arguments is masked", () => {
  expect(maskedCommand("npx chisan", ["graph", "horse", "battery"], { SOME_PASSWORD: "horse battery" })).not.toContain("battery");
});

test.each([
  ["backup restore --stack staging --recovery-point 20261123T030000Z --to-stack chisan-dr --confirm chisan-dr".split(" ")],
  ["dr region --stack prod --away seoul --cloud --yes --confirm prod".split(" ")],
  ["output prod databaseUrl --show-secrets".split(" ")],
  ["up prod -- --config chisan:apiImage=asia-northeast3-docker.pkg.dev/chisan-prod/api/api@sha256:".concat("ab12".repeat(16)).split(" ")],
  ["up prod -- --config chisan:vercelTeamId=team_aB3dE6gH9jK2mN5pQ8sT1vW4".split(" ")],
  ["backup restore --to-url-env RESTORE_HERE".split(" ")],
])("%j is shown as it was typed, also in the sandbox", (args) => {
  expect(maskedCommand("npx chisan", args, { SUPABASE_ACCESS_TOKEN: "sandbox", HOME: "/root", SHELL_KEY: "" })).toBe(["npx chisan", ...args].join(" "));
});

test.each(["Seoul answers again after 14 minutes", "order 20261123-0042 of 1,204,331", "see https://status.example.org/incidents/42 for Supabase", "commit 489232e of main", "the token had expired", "10:42 KST: rolled back",
  "12:30:15 the password was wrong, the token is expired, and the secret is not known", "2026-11-23T12:30:15Z until 12:45:00.123", "see http://127.0.0.1:5432/health and https://api.chisan.app:8443/a?b=c",
  "owner:jane@chisan.app, jane.doe@chisan.app and mailto:jane@chisan.app", "fe80:1:2:3:4:5:6:7 and 00:1a:2b:3c:4d:5e", "the bypass is open", "npm:left-pad@1.3.0 and api:1.2.3@sha256:0a1b2c", "git@github.com:chisan/platform",
  "urn:pulumi:prod::chisan::gcp:cloudrun/service:Service::api", "docs/runbooks/restore-from-export.md and ops/backup/restore/preflight.ts",
])(
  "%s stays as it is",
  (text) => expect(maskFor(nothing)(text)).toBe(text),
);

test("arguments are quoted so that the line can be typed again", () => {
  expect(maskedCommand("npx chisan", ["files", "list", "--prefix", "it's a file", ""], nothing)).toBe(`npx chisan files list --prefix 'it'\\''s a file' ''`);
});
