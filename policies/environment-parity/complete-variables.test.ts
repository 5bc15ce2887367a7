import { environmentVariable, variablesOf } from "../../config/environment-variables";
import { judge, unknown, type Fixture } from "../test-support/judge";
import { completeVariables } from "./complete-variables";

const runtime = ["APP_VERSION", "DEPLOYMENT_ENVIRONMENT", "LOG_LEVEL", "NODE_ENV"].map((name) => ({ name, value: "x" }));
const secretKeyRef = { secretKeyRef: { secret: unknown, version: unknown } };
const envs = [
  ...runtime,
  ...variablesOf("api").map((name) => (environmentVariable(name).visibility === "secret" ? { name, valueSource: secretKeyRef } : { name, value: unknown })),
];
const api = (variables: readonly object[] = envs): Fixture => ({
  type: "gcp:cloudrunv2/service:Service",
  name: "api",
  inputs: { name: "chisan-prod-api", template: { containers: [{ envs: variables }] } },
});
const project = (previews = false): Fixture => ({ type: "vercel:index/project:Project", name: "web", inputs: { previewDeploymentsDisabled: !previews } });
const variable = (key: string, targets: readonly string[] = ["production"]): Fixture => ({
  type: "vercel:index/projectEnvironmentVariable:ProjectEnvironmentVariable",
  name: `web-${key}`,
  inputs: { key, targets, value: unknown },
});
const web = variablesOf("web").map((key) => variable(key));
const said = async (resources: readonly Fixture[]) => (await judge(completeVariables, resources)).violations.map((text) => text.split("; fix:")[0]);

test("the catalogue passes, although the values are not known yet", async () => {
  expect(await judge(completeVariables, [api(), project(), ...web])).toEqual({ violations: [], undecided: [] });
});

test.each(envs.map(({ name }) => name))("the API without %s is refused", async (name) => {
  expect(await said([api(envs.filter((one) => one.name !== name)), project(), ...web])).toEqual([`api: missing: ${name}`]);
});

test.each(variablesOf("web"))("the web app without %s is refused", async (name) => {
  expect(await said([api(), project(), ...web.filter(({ inputs }) => inputs["key"] !== name)])).toEqual([`web: missing: ${name} (target production)`]);
});

test("one too many is refused, above all one of the other consumer", async () => {
  const surplus = "not in its part of the catalogue";
  expect(await said([api([...envs, { name: "NEXTAUTH_SECRET", value: "x" }]), project(), ...web])).toEqual([
    `api: surplus: NEXTAUTH_SECRET; ${surplus}`,
    "api: NEXTAUTH_SECRET is a plain value; everywhere: a version of a secret",
  ]);
  expect(await said([api(), project(), ...web, variable("DATABASE_URL")])).toEqual([`web: surplus: DATABASE_URL; ${surplus} (target production)`]);
});

test("a secret as a plain value is refused", async () => {
  const plain = envs.map((one) => (one.name === "DATABASE_URL" ? { name: one.name, value: "postgresql://canary" } : one));
  const found = await said([api(plain), project(), ...web]);
  expect(found).toEqual(["api: DATABASE_URL is a plain value; everywhere: a version of a secret"]);
});

test("while a secret rotates its generation before is there too, and of nothing else", async () => {
  const previous = (name: string, how: object) => [...envs, { name: `${name}_PREVIOUS`, ...how }];
  expect(await said([api(previous("JWT_SECRET", { valueSource: secretKeyRef })), project(), ...web])).toEqual([]);
  expect(await said([api(previous("JWT_SECRET", { value: "canary" })), project(), ...web])).toEqual(["api: JWT_SECRET_PREVIOUS is a plain value; everywhere: a version of a secret"]);
  expect(await said([api(previous("SUPABASE_URL", { value: "x" })), project(), ...web])).toEqual(["api: surplus: SUPABASE_URL_PREVIOUS; not in its part of the catalogue"]);
});

test("previews, where there are any, have all of them too", async () => {
  const both = variablesOf("web").map((key) => variable(key, ["production", "preview"]));
  expect(await said([api(), project(true), ...both])).toEqual([]);
  expect(await said([api(), project(true), ...web])).toEqual([`web: missing: ${variablesOf("web").join(", ")} (target preview)`]);
});

test("a variable that reaches no deployment is refused", async () => {
  const [first, ...others] = variablesOf("web");
  expect(await said([api(), project(), variable(first!, ["development"]), ...others.map((key) => variable(key))])).toEqual([
    `web: missing: ${first} (target production)`,
    `web-${first}: ${first} reaches no deployment of the project; targets: production`,
  ]);
});

test("an environment without the API or the web app is refused; dev has neither", async () => {
  const elsewhere: Fixture = { type: "random:index/randomId:RandomId", name: "any", inputs: {} };
  expect(await said([elsewhere, project(), ...web])).toEqual([expect.stringContaining("there is no Cloud Run service of the API")]);
  expect(await said([api()])).toEqual([expect.stringContaining("there is no Vercel project")]);
  expect(await judge(completeVariables, [elsewhere], "dev")).toEqual({ violations: [], undecided: [] });
});

test("a template that is not known yet is not decided, and hides no fault of the web app", async () => {
  const unknowable: Fixture = { ...api(), inputs: { name: "chisan-prod-api", template: unknown } };
  const { violations, undecided } = await judge(completeVariables, [unknowable, project(), ...web.slice(1)]);
  expect(violations).toHaveLength(1);
  expect(undecided).toEqual(["complete-variables api"]);
});
