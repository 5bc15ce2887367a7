import { RunError } from "@pulumi/pulumi/errors";
import { setAllConfig } from "@pulumi/pulumi/runtime/config";
import { readStackConfiguration } from "./read-stack-configuration";
import { sandboxConfiguration } from "./sandbox-values";

const values = Object.fromEntries(Object.entries(sandboxConfiguration("prod", {}, "seed")).map(([key, { value }]) => [key, value]));

beforeEach(() => {
  setAllConfig(values);
  process.env["PULUMI_CONFIG_SECRET_KEYS"] = '["chisan:googleClientSecret","chisan:backupIdentity","chisan:restoreTestDatabaseUrl","chisan:slackToken","chisan:checklyApiKey","chisan:sentryToken"]';
});
afterAll(() => {
  delete process.env["PULUMI_CONFIG_SECRET_KEYS"];
});

test("reads what the engine hands over", () => {
  const configuration = readStackConfiguration("prod");
  expect(configuration.zone).toBe("chisan.app");
  expect(configuration.googleClientSecret.reveal()).toBe(values["chisan:googleClientSecret"]);
});

test("a problem ends the program without a stack trace", () => {
  setAllConfig({ ...values, "chisan:region": "us-west1" });
  let thrown: unknown;
  try {
    readStackConfiguration("prod");
  } catch (error) {
    thrown = error;
  }
  expect(RunError.isInstance(thrown)).toBe(true);
  expect(String(thrown)).toContain("CHI-K004 chisan:region");
});

test.each([undefined, "", "[]"])("with %j for the list of encrypted keys the secret counts as plain text", (list) => {
  if (list === undefined) delete process.env["PULUMI_CONFIG_SECRET_KEYS"];
  else process.env["PULUMI_CONFIG_SECRET_KEYS"] = list;
  expect(() => readStackConfiguration("prod")).toThrow("CHI-K003 chisan:googleClientSecret");
});
