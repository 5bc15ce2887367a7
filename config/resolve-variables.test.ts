import fc from "fast-check";
import { environmentVariableNames, variablesOf, type Consumer, type EnvironmentVariableName } from "./environment-variables";
import { resolveEnvironment, resolveVariables } from "./resolve-variables";

const all = Object.fromEntries(environmentVariableNames.map((name) => [name, `value of ${name}`])) as Record<
  EnvironmentVariableName,
  string
>;

function only(names: readonly EnvironmentVariableName[]): Partial<Record<EnvironmentVariableName, string>> {
  return Object.fromEntries(names.map((name) => [name, all[name]]));
}

test.each<Consumer>(["web", "api"])("%s gets exactly its variables", (consumer) => {
  const resolved = resolveVariables(consumer, only(variablesOf(consumer)));
  expect(resolved).toEqual(only(variablesOf(consumer)));
});

test("the types name what each consumer gets", () => {
  const { web, api } = resolveEnvironment(all);
  expect(web.API_URL).toBe(all.API_URL);
  expect(api.DATABASE_URL).toBe(all.DATABASE_URL);
  // @ts-expect-error the web app never gets the database's address
  expect(web.DATABASE_URL).toBeUndefined();
});

test("values are passed on as they are, whatever their type", () => {
  const promise = Promise.resolve("later");
  const available = Object.fromEntries(variablesOf("web").map((name) => [name, promise]));
  expect(resolveVariables<"web", Promise<string>>("web", available).API_URL).toBe(promise);
});

test("each missing name is in the one error, with its source and how to supply it", () => {
  expect(() => resolveVariables("web", only(["NEXT_PUBLIC_SUPABASE_URL", "NEXT_PUBLIC_SUPABASE_ANON_KEY", "GOOGLE_CLIENT_ID"]))).toThrow(
    new Error(
      [
        "CHI-V001 web gets no value for GOOGLE_CLIENT_SECRET: it is configuration; run: pulumi config set chisan:googleClientSecret --secret",
        'CHI-V001 web gets no value for NEXT_PUBLIC_SENTRY_DSN: it is the output "webDsn" of ErrorTracking; pass that output',
        "CHI-V001 web gets no value for NEXTAUTH_SECRET: it is generated (64 random characters); pass SecretStore's value of it",
        'CHI-V001 web gets no value for API_URL: it is the output "url" of ApiService; pass that output',
      ].join("\n"),
    ),
  );
});

test("any set of missing names is named exactly, also when the value is empty", () => {
  fc.assert(
    fc.property(fc.subarray(environmentVariableNames, { minLength: 1 }), fc.boolean(), (absent, empty) => {
      const available = Object.fromEntries(
        Object.entries(all).flatMap(([name, value]) =>
          !absent.includes(name as EnvironmentVariableName) ? [[name, value]] : empty ? [[name, ""]] : [],
        ),
      );
      let message = "";
      try {
        resolveEnvironment(available);
      } catch (error) {
        message = String(error);
      }
      expect([...message.matchAll(/CHI-V001 .*? no value for (\w+):/g)].map((match) => match[1])).toEqual(absent);
    }),
  );
});

test("a name too many is refused", () => {
  const misspelt = { ...all, JWT_SECRT: "x" };
  expect(() => resolveEnvironment(misspelt)).toThrow("CHI-V002 JWT_SECRT is not in the catalogue (did you mean JWT_SECRET?)");
  expect(() => resolveVariables("web", { ...only(variablesOf("web")), DATABASE_URL: "x" })).toThrow("CHI-V002 DATABASE_URL is not for web");
});

test("no value is in an error", () => {
  expect(() => resolveVariables("web", { DATABASE_URL: "a-secret-value" })).toThrow(/^(?!.*a-secret-value)/s);
});
