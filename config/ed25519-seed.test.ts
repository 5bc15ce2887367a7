import { createPublicKey, randomBytes, sign, verify } from "node:crypto";
import { privateKeyOfSeed, publicPemOfSeed, seedIn } from "./ed25519-seed";

/** RFC 8032, section 7.1, test 3. */
const rfc = {
  seed: Buffer.from("c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7", "hex"),
  publicKey: "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
  message: Buffer.from("af82", "hex"),
  signature: "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a",
};

test("the standard's own key signs what the standard says", () => {
  const key = privateKeyOfSeed(rfc.seed);
  expect(sign(null, rfc.message, key).toString("hex")).toBe(rfc.signature);
  const pem = publicPemOfSeed(rfc.seed);
  expect(createPublicKey(pem).export({ type: "spki", format: "der" }).subarray(-32).toString("hex")).toBe(rfc.publicKey);
  expect(verify(null, rfc.message, createPublicKey(pem), Buffer.from(rfc.signature, "hex"))).toBe(true);
});

test("a seed is 32 bytes in base64, and nothing else is", () => {
  const seed = randomBytes(32);
  expect(seedIn(seed.toString("base64"))?.equals(seed)).toBe(true);
  expect(seedIn(`${seed.toString("base64")}\n`)?.equals(seed)).toBe(true);
  for (const text of ["", "x", randomBytes(31).toString("base64"), randomBytes(33).toString("base64"), seed.toString("hex"), "-----BEGIN PRIVATE KEY-----"]) expect(seedIn(text)).toBeUndefined();
  expect(() => privateKeyOfSeed(randomBytes(31))).toThrow(RangeError);
});
