import fc from "fast-check";
import { sandboxEnvironment, sandboxVariables } from "../../sandbox/control/environment";
import { engineDirectory, sandboxDirectory, sandboxPaths } from "../../sandbox/control/paths";
import type { Running } from "../../sandbox/control/running";
import { cloudEnvironment } from "./target";

const paths = sandboxPaths(sandboxDirectory());
const running: Running = { pid: 1, started: "", code: "", startedAt: "", providers: {}, supabaseApiUrl: "http://127.0.0.1:1", vercelApiUrl: "http://127.0.0.1:3", controlUrl: "http://127.0.0.1:2", s3Url: "", edgeUrl: "" };

test("what `chisan env` put into a shell is not carried into the cloud", () => {
  const shell = { PATH: `${paths.bin}:/usr/bin`, HOME: "/home/operator", ...sandboxVariables(paths, running) };
  const environment = cloudEnvironment(shell);
  for (const name of Object.keys(sandboxVariables(paths, running)).filter((each) => each !== "CHISAN_TARGET")) expect(environment).not.toHaveProperty(name);
  expect(environment).toEqual({ CHISAN_TARGET: "cloud", HOME: "/home/operator", PATH: `${engineDirectory}:/usr/bin` });
});

test("the operator's own values of the same variables are carried", () => {
  const own = { PULUMI_BACKEND_URL: "gs://state", PULUMI_HOME: "/home/operator/.pulumi", SUPABASE_ACCESS_TOKEN: "sbp_x", VERCEL_API_TOKEN: "own", PULUMI_CONFIG_PASSPHRASE_FILE: "/own" };
  expect(cloudEnvironment({ PATH: "/usr/bin", ...own })).toMatchObject(own);
});

test.each(["SUPABASE_API_URL", "VERCEL_API_URL"])("a stand-in's address never is: %s", (name) => {
  expect(cloudEnvironment({ [name]: "http://127.0.0.1:1" })).not.toHaveProperty(name);
});

test("no variable of the caller but the harmless ones reaches a rehearsal", () => {
  const harmless = new Set([...Object.keys(sandboxVariables(paths, running)), "HOME", "PATH", "LANG", "LC_ALL", "TERM", "PWD", "CI"]);
  fc.assert(
    fc.property(fc.dictionary(fc.stringMatching(/^[A-Z][A-Z0-9_]{2,30}$/), fc.string(), { maxKeys: 10 }), (caller) => {
      const secret = { AWS_SECRET_ACCESS_KEY: "a", GOOGLE_CREDENTIALS: "b", CLOUDFLARE_API_TOKEN: "c", NODE_OPTIONS: "d", PULUMI_ACCESS_TOKEN: "e", LD_PRELOAD: "f" };
      const environment = sandboxEnvironment({ ...caller, ...secret, HOME: "/h", LC_ALL: "C" }, paths, running);
      for (const name of Object.keys(secret)) expect(environment).not.toHaveProperty(name);
      const foreign = Object.keys(caller).filter((name) => !harmless.has(name) && name in environment);
      expect(foreign.filter((name) => !/^(USER|LOGNAME|SHELL|TMPDIR|TZ|LANGUAGE|COLORTERM|COLUMNS|LINES|NO_COLOR|FORCE_COLOR|XDG_\w+|EDITOR|NODE_EXTRA_CA_CERTS|CHISAN_\w+|LC_\w+)$/.test(name))).toEqual([]);
      expect(environment).toMatchObject(sandboxVariables(paths, running));
    }),
  );
});

test("a rehearsal finds our engine first, and not its own front", () => {
  const environment = sandboxEnvironment({ PATH: `${paths.bin}:/usr/local/bin:/usr/bin` }, paths, running);
  expect(environment["PATH"]).toBe(`${engineDirectory}:/usr/local/bin:/usr/bin`);
});
