import fc from "fast-check";
import { withoutSecrets } from "./without-secrets";

test("passwords of connection strings and private keys go, everything else stays", () => {
  expect(withoutSecrets("postgresql://postgres.ref:p%40ss:w@db.example:5432/x?sslmode=require")).toBe("postgresql://postgres.ref:[masked]@db.example:5432/x?sslmode=require");
  expect(withoutSecrets('{"a":"https://u:p@h","b":"AGE-SECRET-KEY-1QQQ"}')).toBe('{"a":"https://u:[masked]@h","b":"[masked]"}');
  const harmless = 'http://127.0.0.1:5432/x, at:once@noon, "http://host:80","a@b", postgresql://user@host:5432/db';
  expect(withoutSecrets(harmless)).toBe(harmless);
});

test("JSON stays JSON", () => {
  const text = fc.stringMatching(/^[ a:/@\\"'p-]{0,30}$/);
  fc.assert(
    fc.property(fc.dictionary(text, fc.oneof(text, text.map((word) => `x://u:${word}@h`))), (value) => {
      JSON.parse(withoutSecrets(JSON.stringify(value)));
    }),
    { numRuns: 2000 },
  );
});
