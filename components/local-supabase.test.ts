import { createHmac } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { localSupabase, supabaseKey } from "./local-supabase";

const configuration = readFileSync(join(__dirname, "..", "supabase", "config.toml"), "utf8");

test("the repository's own configuration: addresses, and PostgreSQL 15", () => {
  expect(localSupabase(configuration)).toEqual({
    url: "http://127.0.0.1:54321",
    databaseUrl: "postgresql://postgres:postgres@127.0.0.1:54322/postgres",
  });
});

test("ports follow the file, and the section counts", () => {
  const toml = "[db.pooler]\nport = 1\nmajor_version = 14\n[api] # here\nport = 2 # this\n[db]\nmajor_version = 15\nport=3\n";
  expect(localSupabase(toml)).toEqual({ url: "http://127.0.0.1:2", databaseUrl: "postgresql://postgres:postgres@127.0.0.1:3/postgres" });
});

test("another version of PostgreSQL is refused with both values", () => {
  expect(() => localSupabase(configuration.replace("major_version = 15", "major_version = 17"))).toThrow(
    "CHI-C712 supabase/config.toml has PostgreSQL 17, every environment has 15",
  );
});

test.each(["major_version = 15", "port = 54321", "port = 54322"])("without %j the missing setting is named", (line) => {
  expect(() => localSupabase(configuration.replace(line, ""))).toThrow(/CHI-C711 .* no number (db\.major_version|api\.port|db\.port)/);
});

test("the keys are those of the Supabase CLI: its published default secret gives its published default keys", () => {
  const secret = "super-secret-jwt-token-with-at-least-32-characters-long";
  expect(supabaseKey(secret, "anon")).toBe(
    "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJpc3MiOiJzdXBhYmFzZS1kZW1vIiwicm9sZSI6ImFub24iLCJleHAiOjE5ODM4MTI5OTZ9.CRXP1A7WOeoJeXxjNni43kdQwgnWNReilDMblYTn_I0",
  );
  expect(supabaseKey(secret, "service_role")).toBe(
    "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJpc3MiOiJzdXBhYmFzZS1kZW1vIiwicm9sZSI6InNlcnZpY2Vfcm9sZSIsImV4cCI6MTk4MzgxMjk5Nn0.EGIM96RAZx35lJzdJsyH-qQwv8Hdp7fsn3W0YpN81IU",
  );
});

test("a key verifies with its own secret and with no other", () => {
  const text = fc.string({ minLength: 32, maxLength: 64 });
  fc.assert(
    fc.property(text, text, (secret, other) => {
      fc.pre(secret !== other);
      const [header, payload, signature] = supabaseKey(secret, "anon").split(".");
      const sign = (by: string) => createHmac("sha256", by).update(`${header}.${payload}`).digest("base64url");
      expect(signature).toBe(sign(secret));
      expect(signature).not.toBe(sign(other));
    }),
  );
});
