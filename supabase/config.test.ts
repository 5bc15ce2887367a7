import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { signupHookUri } from "./auth-hook";
import { readMigrations } from "./migrations";
import { postgresMajorVersion } from "./postgres-binaries";

/** The settings of config.toml as `section.key` → text of the value. Enough of TOML for this file: one setting a line. */
function settings(): Map<string, string> {
  const result = new Map<string, string>();
  let section = "";
  for (const line of readFileSync(join(__dirname, "config.toml"), "utf8").split("\n")) {
    const header = /^\[([\w.]+)\]$/.exec(line);
    const setting = /^(\w+) = (.+)$/.exec(line);
    if (header) {
      section = `${header[1]}.`;
    } else if (setting) {
      result.set(section + setting[1], setting[2] ?? "");
    } else if (line !== "" && !line.startsWith("#")) {
      throw new Error(`config.toml: not understood: ${line}`);
    }
  }
  return result;
}

test("PostgreSQL is the version of every environment", () => {
  expect(settings().get("db.major_version")).toBe(String(postgresMajorVersion));
});

test("schema private is not exposed", () => {
  expect(settings().get("api.schemas")).toBe('["public"]');
});

test("the seed is run, and is there", () => {
  expect(settings().get("db.seed.enabled")).toBe("true");
  expect(settings().get("db.seed.sql_paths")).toBe('["./seed.sql"]');
  expect(existsSync(join(__dirname, "seed.sql"))).toBe(true);
});

test("any Google account may sign in locally, and nothing but Google", () => {
  const found = settings();
  expect(found.get("auth.external.google.enabled")).toBe("true");
  expect(found.get("auth.hook.before_user_created.enabled")).toBe("false");
  for (const other of ["auth.email.enable_signup", "auth.sms.enable_signup", "auth.enable_anonymous_sign_ins"]) {
    expect(found.get(other)).toBe("false");
  }
  expect([...found].filter(([key, value]) => /^auth\.external\.\w+\.enabled$/.test(key) && value === "true")).toHaveLength(1);
});

test("the hook is a function that a migration makes", () => {
  expect(settings().get("auth.hook.before_user_created.uri")).toBe(`"${signupHookUri}"`);
  const name = /^pg-functions:\/\/postgres\/(\w+)\/(\w+)$/.exec(signupHookUri);
  const statements = readMigrations().flatMap((migration) => migration.statements);
  expect(statements.filter((statement) => statement.includes(`create function ${name?.[1]}.${name?.[2]}(event jsonb)`))).toHaveLength(1);
});

test("secrets come from the environment", () => {
  const secrets = [...settings()].filter(([key]) => /(secret|password|token|client_id|_key)$/.test(key));
  expect(secrets.map(([key]) => key).sort()).toEqual(["auth.external.google.client_id", "auth.external.google.secret"]);
  for (const [, value] of secrets) {
    expect(value).toMatch(/^"env\([A-Z_]+\)"$/);
  }
});
