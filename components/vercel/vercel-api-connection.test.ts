import { canary } from "./test-support/stand-in";
import { connectionFrom } from "./vercel-api-connection";

const token = { VERCEL_API_TOKEN: canary };

test("the vendor's address unless another is given", () => {
  expect(connectionFrom(token)).toEqual({ url: "https://api.vercel.com", token: canary });
  expect(connectionFrom({ ...token, VERCEL_API_URL: "http://127.0.0.1:4321/" }).url).toBe("http://127.0.0.1:4321");
});

test.each([undefined, ""])("a missing token (%p) is named", (missing) => {
  expect(() => connectionFrom({ VERCEL_API_TOKEN: missing })).toThrow(/^CHI-C640 VERCEL_API_TOKEN is not set: [^\n]+$/);
});

test("another vendor's variables are not its own", () => {
  expect(() => connectionFrom({ SUPABASE_ACCESS_TOKEN: canary, VERCEL_TOKEN: canary })).toThrow("CHI-C640");
  expect(connectionFrom({ ...token, SUPABASE_API_URL: "http://127.0.0.1:1" }).url).toBe("https://api.vercel.com");
});

test("a token that no header can hold is refused without being shown", () => {
  for (const bad of [`${canary}\n`, ` ${canary}`, `${canary}é`]) {
    expect(() => connectionFrom({ VERCEL_API_TOKEN: bad })).toThrow(/^CHI-C640 (?!.*canary)/);
  }
});

test("a sandbox command cannot reach the vendor, nor a cloud command the sandbox", () => {
  const local = "http://127.0.0.1:4000";
  expect(() => connectionFrom({ ...token, CHISAN_TARGET: "sandbox" })).toThrow(/^CHI-C641 VERCEL_API_URL is https:\/\/api\.vercel\.com, but CHISAN_TARGET=sandbox/);
  expect(() => connectionFrom({ ...token, CHISAN_TARGET: "sandbox", VERCEL_API_URL: "http://localhost:4000" })).toThrow("CHI-C641");
  expect(connectionFrom({ ...token, CHISAN_TARGET: "sandbox", VERCEL_API_URL: local }).url).toBe(local);
  expect(() => connectionFrom({ ...token, CHISAN_TARGET: "cloud", VERCEL_API_URL: local })).toThrow(/^CHI-C641 .*unset VERCEL_API_URL/);
  expect(connectionFrom({ ...token, CHISAN_TARGET: "cloud" }).url).toBe("https://api.vercel.com");
});
