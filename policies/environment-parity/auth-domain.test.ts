import { authSettings } from "../../components/database-settings";
import { judge, unknown } from "../test-support/judge";
import { authDomain } from "./auth-domain";

const canary = "GOCSPX-canary";
const plan = { appHost: "app.chisan.app", googleClientId: "1-a.apps.googleusercontent.com" };
const auth = authSettings({ ...plan, domain: "company only" }, canary);
const open = authSettings({ ...plan, domain: "any Google" }, canary);
const settings = (text: unknown) => [{ type: "supabase:index/settings:Settings", name: "settings", inputs: { auth: text } }];
const without = (change: object) => JSON.stringify({ ...(JSON.parse(auth) as object), ...change });

test.each(["staging", "prod", "chisan-dr", "somebody"])("%s: the company's domain passes, any Google account is refused", async (stack) => {
  expect(await judge(authDomain, settings(auth), stack)).toEqual({ violations: [], undecided: [] });
  expect((await judge(authDomain, settings(open), stack)).violations.map((text) => text.split(";")[0])).toEqual([
    "settings: auth: hook_before_user_created_enabled is another",
    "settings: auth: hook_before_user_created_uri is not set",
  ]);
});

test("development may admit any Google account", async () => {
  expect(await judge(authDomain, settings(open), "dev")).toEqual({ violations: [], undecided: [] });
});

test.each<object>([
  { hook_before_user_created_enabled: "true" },
  { hook_before_user_created_uri: "pg-functions://postgres/public/anybody" },
  { external_email_enabled: true },
  { external_phone_enabled: true },
  { external_anonymous_users_enabled: true },
])("a way past the hook is refused: %j", async (change) => {
  expect((await judge(authDomain, settings(without(change)))).violations).toEqual([expect.stringContaining(`auth: ${Object.keys(change).join()} is another`)]);
});

test("settings without auth are refused, those not known yet are not decided, and none is quoted", async () => {
  expect((await judge(authDomain, settings(undefined))).violations).toEqual([expect.stringContaining("auth is not set")]);
  expect(await judge(authDomain, settings(unknown))).toEqual({ violations: [], undecided: ["auth-domain settings"] });
  expect((await judge(authDomain, settings(open))).violations.join()).not.toContain("canary");
});
