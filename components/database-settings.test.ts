import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { checkBody } from "../sandbox/providers/models/supabase-api";
import {
  type DatabaseAuth,
  type DatabasePlan,
  apiSettings,
  authSettings,
  checkDatabase,
  networkSettings,
  poolerSettings,
  postgresSettings,
  storageSettings,
} from "./database-settings";

const auth: DatabaseAuth = { appHost: "app.chisan.app", domain: "company only", googleClientId: "1-a.apps.googleusercontent.com" };
const plan: DatabasePlan = {
  slug: "prod",
  compute: "small",
  pointInTimeRecoveryDays: 7,
  operatorCidrs: ["203.0.113.0/24", "2001:db8:1::/48"],
  auth,
};

test.each([
  ["V1UpdatePostgrestConfigBody", apiSettings()],
  ["UpdatePostgresConfigBody", postgresSettings()],
  ["UpdateStorageConfigBody", storageSettings()],
  ["UpdateSupavisorConfigBody", poolerSettings()],
  ["UpdateAuthConfigBody", authSettings(auth, "s")],
  ["UpdateAuthConfigBody", authSettings({ ...auth, domain: "any Google" }, "s")],
])("every member is one that the vendor describes: %s", (schema, settings) => {
  expect(checkBody(schema, JSON.parse(settings))).toEqual([]);
  expect(checkBody(schema, { ...JSON.parse(settings), site_urll: "x" })).toHaveLength(1);
  const members = Object.keys(JSON.parse(settings) as object);
  expect(members).toEqual([...members].sort());
});

test("the REST API shows the schemas that development shows, and never auth, storage or private", () => {
  expect(apiSettings()).toBe('{"db_extra_search_path":"public,extensions","db_schema":"public","max_rows":1000}');
  const local = /^schemas = (.+)$/m.exec(readFileSync(join(__dirname, "../supabase/config.toml"), "utf8"))?.[1];
  expect(JSON.parse(local ?? "")).toEqual((JSON.parse(apiSettings()) as { db_schema: string }).db_schema.split(","));
});

test("company only: Google alone, and the hook of the migrations", () => {
  expect(JSON.parse(authSettings(auth, "google-secret"))).toEqual({
    site_url: "https://app.chisan.app",
    uri_allow_list: "https://app.chisan.app/auth/callback",
    disable_signup: false,
    external_google_enabled: true,
    external_google_client_id: "1-a.apps.googleusercontent.com",
    external_google_secret: "google-secret",
    external_google_skip_nonce_check: false,
    external_email_enabled: false,
    external_phone_enabled: false,
    external_anonymous_users_enabled: false,
    security_manual_linking_enabled: false,
    hook_before_user_created_enabled: true,
    hook_before_user_created_uri: "pg-functions://postgres/private/restrict_signup_to_company",
    jwt_exp: 3600,
    refresh_token_rotation_enabled: true,
    security_refresh_token_reuse_interval: 10,
  });
});

test("any Google account: the hook is off", () => {
  const settings = JSON.parse(authSettings({ ...auth, domain: "any Google" }, "s")) as Record<string, unknown>;
  expect(settings.hook_before_user_created_enabled).toBe(false);
  expect(settings).not.toHaveProperty("hook_before_user_created_uri");
});

test("further addresses to return to", () => {
  const settings = authSettings({ ...auth, additionalRedirects: ["https://*-chisan.vercel.app/auth/callback"] }, "s");
  const allowed = "https://app.chisan.app/auth/callback,https://*-chisan.vercel.app/auth/callback";
  expect((JSON.parse(settings) as Record<string, unknown>).uri_allow_list).toBe(allowed);
});

test("network: the API's addresses and the operators', IPv4 first, each once, in one order whatever order they come in", () => {
  const expected = '{"restrictions":["198.51.100.7/32","203.0.113.0/24","2001:db8:1::/48"]}';
  expect(networkSettings(["198.51.100.7"], plan.operatorCidrs)).toBe(expected);
  const operators = ["203.0.113.0/24", "198.51.100.7/32", "2001:db8:1::/48", "203.0.113.0/24"];
  fc.assert(
    fc.property(fc.shuffledSubarray(operators, { minLength: operators.length }), (shuffled) => {
      expect(networkSettings(["198.51.100.7"], shuffled)).toBe(expected);
    }),
  );
});

test("network: what is no IPv4 address, and no address at all, is refused", () => {
  expect(() => networkSettings(["198.51.100.7/32"], [])).toThrow("CHI-C604");
  expect(() => networkSettings(["2001:db8::1"], [])).toThrow("CHI-C604");
  expect(() => networkSettings([], [])).toThrow("CHI-C605");
});

test("a coherent plan passes", () => {
  expect(() => checkDatabase(plan)).not.toThrow();
  expect(() => checkDatabase({ ...plan, compute: "micro", pointInTimeRecoveryDays: null })).not.toThrow();
  const previews = ["https://*-chisan.vercel.app/auth/callback"];
  expect(() => checkDatabase({ ...plan, auth: { ...auth, additionalRedirects: previews } })).not.toThrow();
});

test.each([
  ["everybody", "0.0.0.0/0", "wider than /16"],
  ["all of IPv6", "::/0", "wider than /32"],
  ["a large range", "11.0.0.0/8", "wider than /16"],
  ["a private range", "10.1.0.0/16", "never comes from the Internet"],
  ["host bits", "203.0.113.7/24", "address bits"],
  ["no range", "203.0.113.7", "not a range"],
])("an operator's range that is %s is refused", (_what, range, why) => {
  expect(() => checkDatabase({ ...plan, operatorCidrs: [range] })).toThrow(new RegExp(`^CHI-C602 .*${why}`));
});

test.each([
  "http://x.chisan.app/",
  "https://*/",
  "https://*.vercel.app/",
  "https://a.chisan.app/,https://evil.example/",
  "https://app.chisan.app",
  "javascript://x.y/",
])("a sign-in may not return to %s", (address) => {
  expect(() => checkDatabase({ ...plan, auth: { ...auth, additionalRedirects: [address] } })).toThrow("CHI-C603");
});

test("all problems at once, a line each", () => {
  const wrong: DatabasePlan = { ...plan, compute: "micro", operatorCidrs: ["x", "0.0.0.0/0"], auth: { ...auth, appHost: "app chisan" } };
  const lines = (() => {
    try {
      checkDatabase(wrong);
      return [];
    } catch (error) {
      return (error as Error).message.split("\n").map((line) => line.slice(0, 8));
    }
  })();
  expect(lines).toEqual(["CHI-C601", "CHI-C602", "CHI-C602", "CHI-C603"]);
});
