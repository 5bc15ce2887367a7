import fc from "fast-check";
import { signed } from "../testing/signed";
import { secretWithin } from "./secret-values";

/** What may stand before and after a token. */
const around = fc.constantFrom("", " ", "Bearer ", "https://api.chisan.app/?apikey=", '{"key":"', "a.b/", '"}', "&x=1", ",");
const role = fc.oneof(fc.constantFrom("service_role", "authenticated", "ANON", "anon ", ""), fc.string({ maxLength: 20 })).filter((each) => each !== "anon");
const label = fc.stringMatching(/^[a-z0-9-]{1,12}$/);

test("wherever it stands, a token of another role than anon is seen, and one of anon is not", () => {
  fc.assert(
    fc.property(around, role, around, (before, other, after) => {
      expect(secretWithin(`${before}${signed(other)}${after}`)).toMatch(/^a token /);
      expect(secretWithin(`${before}${signed("anon")}${after}`)).toBeUndefined();
    }),
  );
});

test("a password in an address is seen, with a user and without", () => {
  const word = fc.stringMatching(/^[A-Za-z0-9._~%!-]{1,20}$/);
  fc.assert(
    fc.property(fc.constantFrom("redis", "rediss", "postgresql", "https"), fc.option(word, { nil: "" }), word, label, (scheme, user, password, host) => {
      expect(secretWithin(`${scheme}://${user}:${password}@${host}`)).toBe("a password in an address");
    }),
  );
});

test("addresses and names without one are no secrets", () => {
  fc.assert(
    fc.property(fc.array(label, { minLength: 1, maxLength: 4 }), fc.integer({ min: 1, max: 65_535 }), (labels, port) => {
      const host = labels.join(".");
      for (const value of [host, `https://${host}:${port}/a:b`, `https://key@${host}/1`, `mailto:somebody@${host}`]) {
        expect(secretWithin(value)).toBeUndefined();
      }
    }),
  );
});
