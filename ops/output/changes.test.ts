import { changesInWords } from "./changes";

test.each([
  [{}, "no changes"],
  [{ same: 34 }, "no changes"],
  [{ same: 3, create: 0 }, "no changes"],
  [{ create: 34, same: 2 }, "34 created"],
  [{ create: 1, update: 2, delete: 3 }, "1 created, 2 updated, 3 deleted"],
  [{ replace: 1, same: 2 }, "1 replaced"],
  [{ import: 1 }, "1 imported"],
])("%j: %s", (changes, words) => expect(changesInWords(changes)).toBe(words));
