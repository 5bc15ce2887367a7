import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { own } from "./owned-files";

const run = promisify(execFile);

/** Longer than anyone keeps a sandbox. */
const days = 3650;

/**
 * Makes `server.crt`, signed by its own key, and `server.key` (0600) for 127.0.0.1.
 *
 * @throws CHI-S203 with openssl's words
 */
export async function makeCertificate(directory: string): Promise<void> {
  const [key, certificate] = [join(directory, "server.key"), join(directory, "server.crt")];
  const subject = ["-subj", "/CN=CHISAN sandbox database", "-addext", "subjectAltName=IP:127.0.0.1,DNS:localhost"];
  const options = ["-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", String(days)];
  try {
    await run("openssl", ["req", ...options, ...subject, "-keyout", key, "-out", certificate]);
  } catch (error) {
    const { stderr, message } = error as { stderr?: string; message: string };
    const words = (stderr || message).trim().split("\n").at(-1);
    throw new Error(`CHI-S203 the sandbox could not make a database's certificate (${words}): sudo apt-get install openssl (macOS: brew install openssl)`);
  }
  own(key);
  own(certificate);
}

/** The certificate, with which a client verifies that it speaks to this very server. */
export function certificateOf(directory: string): string {
  return readFileSync(join(directory, "server.crt"), "utf8");
}
