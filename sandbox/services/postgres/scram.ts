import { createHash, createHmac, pbkdf2Sync, randomBytes } from "node:crypto";

/** As many as the server itself uses. */
const iterations = 4096;

/**
 * The verifier that PostgreSQL keeps in the place of a password (RFC 5803). Setting it instead of the password keeps the password out of
 * the server's statements, log and statistics.
 *
 * @param password characters beyond ASCII are normalised as by SASLprep's main rule (NFKC)
 */
export function scramVerifier(password: string, salt: Buffer = randomBytes(16)): string {
  const salted = pbkdf2Sync(password.normalize("NFKC"), salt, iterations, 32, "sha256");
  const hmac = (text: string): Buffer => createHmac("sha256", salted).update(text).digest();
  const storedKey = createHash("sha256").update(hmac("Client Key")).digest();
  return `SCRAM-SHA-256$${iterations}:${salt.toString("base64")}$${storedKey.toString("base64")}:${hmac("Server Key").toString("base64")}`;
}

/** Whether `scramVerifier` has made the verifier of this password. */
export function isVerifierOf(verifier: string, password: string): boolean {
  const salt = /^SCRAM-SHA-256\$\d+:([^$]+)\$/.exec(verifier)?.[1];
  return salt !== undefined && scramVerifier(password, Buffer.from(salt, "base64")) === verifier;
}
