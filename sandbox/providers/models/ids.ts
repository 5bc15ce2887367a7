import { randomBytes, randomInt } from "node:crypto";

/** `length` characters of an alphabet, from the system's random source. */
export function randomText(alphabet: string, length: number): string {
  return Array.from({ length }, () => alphabet[randomInt(alphabet.length)]).join("");
}

export const lowerCase = "abcdefghijklmnopqrstuvwxyz";
export const upperCase = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
export const digits = "0123456789";
export const alphanumeric = upperCase + lowerCase + digits;

export function randomHex(length: number): string {
  return randomBytes(Math.ceil(length / 2))
    .toString("hex")
    .slice(0, length);
}

/** A decimal number of so many digits that is exact as a JavaScript number up to 15. */
export function randomDigits(length: number): string {
  return randomText("123456789", 1) + randomText(digits, length - 1);
}

/** A string with the shape of a JSON Web Token; nobody can verify its signature. */
export function jwtShaped(payload: object): string {
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString("base64url");
  return `${part({ alg: "HS256", typ: "JWT" })}.${part(payload)}.${randomBytes(32).toString("base64url")}`;
}
