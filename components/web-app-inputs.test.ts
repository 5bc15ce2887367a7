import { spawnSync } from "node:child_process";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { promiseOf } from "./test-support/mocks";
import { variableInputs } from "./web-app-inputs";

const args = { teamId: "team_abcdefghijklmnopqrstuvwx", previews: false };

test("a public variable keeps a value that is not marked secret, and a secret one keeps its own", async () => {
  const valueOf = (key: string, value: pulumi.Input<string>) => promiseOf(pulumi.output(variableInputs(args, "p", key, value).value));
  expect(await valueOf("NEXT_PUBLIC_SUPABASE_ANON_KEY", "shown")).toBe("shown");
  expect(await valueOf("NEXT_PUBLIC_SUPABASE_ANON_KEY", pulumi.unsecret(pulumi.secret("shown")))).toBe("shown");
  expect(await valueOf("API_URL", Promise.resolve("shown"))).toBe("shown");
  expect(await valueOf("NEXTAUTH_SECRET", pulumi.secret("kept"))).toBe("kept");
});

/** In a process of its own, because an error of an `apply` ends the process: Pulumi's, or Jest's. */
test.each(["NEXT_PUBLIC_SUPABASE_ANON_KEY", "API_URL"])("%s with a value that is marked secret ends the program, without the value", (key) => {
  const program = `
    const pulumi = require("@pulumi/pulumi");
    const { variableInputs } = require("./components/web-app-inputs");
    variableInputs(${JSON.stringify(args)}, "p", ${JSON.stringify(key)}, pulumi.secret("given-value"));`;
  const run = spawnSync(process.execPath, ["--require", "tsx/cjs", "--eval", program], { cwd: join(__dirname, ".."), encoding: "utf8" });
  expect(run.stderr).toContain(`CHI-C607 ${key} is public, but its value is a secret`);
  expect(run.stdout + run.stderr).not.toContain("given-value");
  expect(run.status).not.toBe(0);
});
