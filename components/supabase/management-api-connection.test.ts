import { connectionFrom } from "./management-api-connection";
import { canary } from "./test-support/stand-in";

const token = { SUPABASE_ACCESS_TOKEN: canary };

test("the vendor's address unless another is given", () => {
  expect(connectionFrom(token)).toEqual({ url: "https://api.supabase.com", token: canary });
  expect(connectionFrom({ ...token, SUPABASE_API_URL: "http://127.0.0.1:4321/" }).url).toBe("http://127.0.0.1:4321");
  expect(connectionFrom({ ...token, SUPABASE_API_URL: "https://api.example.com/base/" }).url).toBe("https://api.example.com/base");
});

test.each([undefined, ""])("a missing token (%p) is named", (missing) => {
  expect(() => connectionFrom({ SUPABASE_ACCESS_TOKEN: missing })).toThrow(/^CHI-C630 SUPABASE_ACCESS_TOKEN is not set: [^\n]+$/);
});

test("a token that no header can hold is refused without being shown", () => {
  for (const bad of [`${canary}\n`, ` ${canary}`, `${canary}é`]) {
    expect(() => connectionFrom({ SUPABASE_ACCESS_TOKEN: bad })).toThrow(/^CHI-C630 (?!.*canary)/);
  }
});

test.each([
  "https://api.supabase.com",
  "http://localhost:4000",
  "http://127.0.0.1.example.com",
  "http://127.0.0.2:4000",
  "http://[::1]:4000",
  "ftp://127.0.0.1",
])("in the sandbox %s is refused", (url) => {
  const environment = { ...token, CHISAN_TARGET: "sandbox", SUPABASE_API_URL: url };
  expect(() => connectionFrom(environment)).toThrow(/^CHI-C631 .*CHISAN_TARGET=sandbox allows 127\.0\.0\.1 only/);
});

test("in the sandbox the vendor's own address is not the default", () => {
  expect(() => connectionFrom({ ...token, CHISAN_TARGET: "sandbox" })).toThrow("CHI-C631");
  expect(connectionFrom({ ...token, CHISAN_TARGET: "sandbox", SUPABASE_API_URL: "http://127.0.0.1:1" }).url).toBe("http://127.0.0.1:1");
});

test("in the cloud the sandbox's address is refused", () => {
  expect(() => connectionFrom({ ...token, CHISAN_TARGET: "cloud", SUPABASE_API_URL: "http://127.0.0.1:4000" })).toThrow("CHI-C631");
});

test.each([
  ["http://api.supabase.com", "over https only"],
  ["nonsense", "is not an address"],
  [`https://user:${canary}@api.supabase.com`, "holds a user or password"],
])("%s is refused", (url, why) => {
  expect(() => connectionFrom({ ...token, SUPABASE_API_URL: url })).toThrow(why);
  expect(() => connectionFrom({ ...token, SUPABASE_API_URL: url })).not.toThrow(canary);
});
