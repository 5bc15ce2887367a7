import { authSettings } from "../../components/database-settings";
import { judge, unknown } from "../test-support/judge";
import { signInReturnsHome } from "./sign-in-returns-home";

const canary = "GOCSPX-canary";
const plan = { appHost: "app.chisan.app", googleClientId: "1-a.apps.googleusercontent.com", domain: "company only" } as const;
const auth = JSON.parse(authSettings(plan, canary)) as object;
const settings = (text: unknown) => ({ type: "supabase:index/settings:Settings", name: "settings", inputs: { auth: text } });
const withAuth = (change: object) => settings(JSON.stringify({ ...auth, ...change }));
const domain = (host: unknown) => ({ type: "vercel:index/projectDomain:ProjectDomain", name: "domain", inputs: { domain: host } });
const loads = (origin: unknown) => ({
  type: "cloudflare:index/r2BucketCors:R2BucketCors",
  name: "cors",
  inputs: { rules: [{ allowed: { methods: ["GET"], origins: [origin] } }] },
});

test("the web app's own address passes, by its domain or, without one, by the origin that loads files", async () => {
  for (const home of [domain("app.chisan.app"), loads("https://app.chisan.app")])
    expect(await judge(signInReturnsHome, [withAuth({}), home])).toEqual({ violations: [], undecided: [] });
  expect(await judge(signInReturnsHome, [domain("app.chisan.app")])).toEqual({ violations: [], undecided: [] });
});

test.each<[object, string]>([
  [{ site_url: "https://elsewhere.example.com" }, "site_url is no https address"],
  [{ site_url: "http://app.chisan.app" }, "site_url is no https address"],
  [{ site_url: undefined }, "site_url is no https address"],
  [{ site_url: "https://app.chisan.app.example.com" }, "site_url is no https address"],
  [{ uri_allow_list: "https://app.chisan.app/auth/callback,https://elsewhere.example.com/**" }, "address 2 of uri_allow_list"],
  [{ uri_allow_list: "**" }, "address 1 of uri_allow_list"],
  [{ uri_allow_list: "https://app.chisan.app*/" }, "address 1 of uri_allow_list"],
  [{ uri_allow_list: "https://*.chisan.app/auth/callback" }, "address 1 of uri_allow_list"],
  [{ uri_allow_list: "https://app.chisan.app@elsewhere.example.com/" }, "address 1 of uri_allow_list"],
  [{ uri_allow_list: "https://app.chisan.app/**" }, "address 1 of uri_allow_list"],
  [{ uri_allow_list: "http://app.chisan.app/auth/callback" }, "address 1 of uri_allow_list"],
  [{ uri_allow_list: "" }, "address 1 of uri_allow_list"],
  [{ external_github_enabled: true }, "external_github_enabled is not false"],
  [{ external_azure_enabled: "true" }, "external_azure_enabled is not false"],
])("%j is refused", async (change, says) => {
  const { violations } = await judge(signInReturnsHome, [withAuth(change), domain("app.chisan.app")]);
  expect(violations).toEqual([expect.stringMatching(new RegExp(`^settings: auth: .*${says}.*; allowed in prod: app.chisan.app`))]);
  expect(violations.join()).not.toMatch(/canary|elsewhere/);
});

test("another environment's host is not home, and where no host is declared none is", async () => {
  expect((await judge(signInReturnsHome, [withAuth({}), domain("staging.chisan.app")])).violations).toHaveLength(2);
  expect((await judge(signInReturnsHome, [withAuth({})])).violations.join()).toContain("it declares none");
  // The domain decides, not the origin.
  expect((await judge(signInReturnsHome, [withAuth({}), domain("staging.chisan.app"), loads("https://app.chisan.app")])).violations).toHaveLength(2);
});

test("what is not known yet is not decided", async () => {
  expect(await judge(signInReturnsHome, [settings(unknown), domain("app.chisan.app")])).toEqual({
    violations: [],
    undecided: ["sign-in-returns-home settings"],
  });
  expect((await judge(signInReturnsHome, [withAuth({}), domain(unknown)])).undecided).toHaveLength(1);
});
