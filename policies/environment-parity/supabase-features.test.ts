import { apiSettings, authSettings, poolerSettings, postgresSettings, storageSettings } from "../../components/database-settings";
import { judge, unknown } from "../test-support/judge";
import { supabaseFeatures } from "./supabase-features";

const canary = "GOCSPX-canary";
const auth = authSettings({ appHost: "app.chisan.app", domain: "company only", googleClientId: "1-a.apps.googleusercontent.com" }, canary);
const compliant = { api: apiSettings(), auth, database: postgresSettings(), pooler: poolerSettings(), storage: storageSettings(), sslEnforcement: true, network: unknown };
const settings = (inputs: object) => [{ type: "supabase:index/settings:Settings", name: "settings", inputs: { ...compliant, ...inputs } }];
const said = async (inputs: object) => (await judge(supabaseFeatures, settings(inputs))).violations.map((text) => text.slice("settings: ".length, text.indexOf("; fix:")));
const changed = (text: string, change: object) => JSON.stringify({ ...(JSON.parse(text) as object), ...change });

test("what the component makes passes, whatever is not known of the network", async () => {
  expect(await judge(supabaseFeatures, settings({}))).toEqual({ violations: [], undecided: [] });
});

test("another environment's addresses and client are no difference", async () => {
  expect(await said({ auth: authSettings({ appHost: "staging.chisan.app", domain: "any Google", googleClientId: "2-b.apps.googleusercontent.com" }, canary) })).toEqual([]);
});

test.each<[string, object, string]>([
  ["another schema", { api: changed(apiSettings(), { db_schema: "public,private" }) }, 'api: db_schema is another; everywhere: "public"'],
  ["more rows", { api: changed(apiSettings(), { max_rows: 5000 }) }, "api: max_rows is another; everywhere: 1000"],
  ["no sign-up", { auth: changed(auth, { disable_signup: true }) }, "auth: disable_signup is another; everywhere: false"],
  ["longer sessions", { auth: changed(auth, { jwt_exp: 604800 }) }, "auth: jwt_exp is another; everywhere: 3600"],
  ["a member that is gone", { pooler: "{}" }, "pooler: default_pool_size is not set; everywhere: 15"],
  ["no JSON", { storage: "fifty" }, "storage is no JSON object; everywhere: fileSizeLimit"],
  ["a list", { storage: "[1]" }, "storage is no JSON object; everywhere: fileSizeLimit"],
  ["nothing", { database: undefined }, "database is not set; everywhere: statement_timeout"],
  ["no TLS", { sslEnforcement: false }, "sslEnforcement is not true; everywhere: true"],
])("%s is refused", async (_, inputs, message) => {
  expect(await said(inputs)).toEqual([message]);
});

test("no message quotes the settings that are secret", async () => {
  for (const broken of [`{"external_google_secret":"${canary}"`, `"${canary}"`, changed(auth, { jwt_exp: canary })]) {
    const { violations } = await judge(supabaseFeatures, settings({ auth: broken }));
    expect(violations.length).toBeGreaterThan(0);
    expect(violations.join()).not.toContain("canary");
  }
});

test("settings that are not known yet are not decided, and hide no fault in the others", async () => {
  const { violations, undecided } = await judge(supabaseFeatures, settings({ api: unknown, auth: unknown, pooler: "{}" }));
  expect(violations).toHaveLength(1);
  expect(undecided).toEqual(["supabase-features settings"]);
});
