import { randomBytes } from "node:crypto";
import fc from "fast-check";
import { ageIdentityOf, ageRecipientOf, isAgeIdentity, isAgeRecipient } from "./age-keys";

/** Key pairs that other implementations of age publish in their tests. */
const pairs = [
  [
    "AGE-SECRET-KEY-1GJL4UUGM9JNY6FK6A87QEUYWF3LE8K4QA8YZTADRV2Q03DZHKC8QMDJUPT",
    "age14tx7ksjkxaww6zdj4vszxpxak0uzy4xkacxfts6yf9vze6cs052qxpk252",
  ],
  [
    "AGE-SECRET-KEY-13W6UT6Z3H72N3YY9MXJMPPMN2K0KQGW863HPH258UCUXKLK3S3RQA32XH3",
    "age12v6newahxev3mukn7tmr2ycvu5wa0tzkf2yuwret3j8mjg49mggqnawwlu",
  ],
] as const;

test.each(pairs)("a published pair of keys is read: %#", (identity, recipient) => {
  expect([isAgeIdentity(identity), isAgeRecipient(recipient)]).toEqual([true, true]);
  expect(ageRecipientOf(identity)).toBe(recipient);
});

test("the first pair's private key is these bytes", () => {
  const bytes = Buffer.from("44bf5e711b2ca64d26dae9fc0cf08e4c7f93daa0e9c825f5a36280f8b457b60e", "hex");
  expect(ageIdentityOf(bytes)).toBe(pairs[0][0]);
});

test("any 32 bytes make a pair, and of no pair is one taken for the other", () => {
  for (let round = 0; round < 20; round += 1) {
    const identity = ageIdentityOf(randomBytes(32));
    const recipient = ageRecipientOf(identity);
    expect([isAgeIdentity(identity), isAgeRecipient(recipient)]).toEqual([true, true]);
    expect([isAgeIdentity(recipient), isAgeRecipient(identity)]).toEqual([false, false]);
    expect(recipient).toHaveLength(62);
  }
});

test("one wrong character anywhere is noticed", () => {
  const [identity, recipient] = pairs[0];
  fc.assert(
    fc.property(fc.nat(recipient.length - 1), fc.constantFrom(..."qpzry9x8gf2tvdw0s3jn54khce6mua7lb1A"), (at, character) => {
      fc.pre(recipient[at] !== character);
      expect(isAgeRecipient(recipient.slice(0, at) + character + recipient.slice(at + 1))).toBe(false);
    }),
  );
  expect(isAgeIdentity(identity.replace("GJL", "GJQ"))).toBe(false);
});

test.each([
  "",
  "age1",
  "age1qqqq",
  pairs[0][1].toUpperCase(),
  ` ${pairs[0][1]}`,
  pairs[0][1].slice(0, -1),
  "ssh-ed25519 AAAA",
  pairs[0][0].toLowerCase(),
])("%j is no recipient", (text) => {
  expect(isAgeRecipient(text)).toBe(false);
});

test("what is no identity is refused without being shown", () => {
  const wrong = `${pairs[0][0].slice(0, -1)}Q`;
  expect(() => ageRecipientOf(wrong)).toThrow(/^CHI-C899 (?!.*AGE-SECRET)[^\n]+$/);
  expect(() => ageRecipientOf(pairs[0][0].toLowerCase())).toThrow("CHI-C899");
});
