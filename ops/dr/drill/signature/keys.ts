/** Where the keys of a report's signature come from. */
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { createPublicKey, type KeyObject } from "node:crypto";
import { join } from "node:path";
import { repositoryRoot } from "../../../../sandbox/control/paths";
import { writeAtomically } from "../../phases/atomic-file";
import { recoveryDirectory } from "../../phases/recovery-directory";
import { newPrivateKey, privateKeyOf, publicKeyOf, type Signer } from "./signature";

/** The private key of the real drills, in the environment of the job; nobody else has it. */
export const signingKeyVariable = "DRILL_REPORT_SIGNING_KEY";

/** The public keys whose reports count, in the repository: changed by a reviewed commit. */
export const committedSignersFolder = join("recovery", "report-signers");

const rehearsalKeyFile = (directory: string) => join(directory, "report-signing-key.pem");

/**
 * The key to sign with: the environment's; in the sandbox one of its own, made when there is none, since a rehearsal signs for nobody.
 *
 * @throws CHI-H130; CHI-H134 in the cloud without a key
 */
export function signingKey(cloud: boolean, environment: NodeJS.ProcessEnv, directory = recoveryDirectory(false)): KeyObject {
  if (!cloud) return rehearsalKey(directory);
  const given = environment[signingKeyVariable];
  if (given === undefined || given === "") {
    throw new Error(`CHI-H134 a drill in the cloud signs its report and ${signingKeyVariable} is not set, nothing was touched: openssl genpkey -algorithm ed25519 makes one; its public half belongs into ${committedSignersFolder}/`);
  }
  return privateKeyOf(given, signingKeyVariable);
}

function rehearsalKey(directory: string): KeyObject {
  const file = rehearsalKeyFile(directory);
  if (!existsSync(file)) writeAtomically(file, newPrivateKey());
  return privateKeyOf(readFileSync(file, "utf8"), file);
}

/** Whose signatures count here: those committed, this sandbox's own, and those given. @throws CHI-H131 */
export function knownSigners(given: readonly string[], directory = recoveryDirectory(false), root = repositoryRoot): Signer[] {
  const own = rehearsalKeyFile(directory);
  return [
    ...given.map((file) => ({ name: file, publicKey: publicKeyOf(read(file), file) })),
    ...committedSigners(root),
    ...(existsSync(own) ? [{ name: "this sandbox (a rehearsal)", publicKey: createPublicKey(privateKeyOf(readFileSync(own, "utf8"), own)) }] : []),
  ];
}

/** @throws CHI-H131 */
function read(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    throw new Error(`CHI-H131 the public key ${file} cannot be read (${(error as NodeJS.ErrnoException).code ?? "unknown"}): give the path of a PEM file`);
  }
}

/** The public keys in the repository. */
function committedSigners(root: string): Signer[] {
  const folder = join(root, committedSignersFolder);
  const names = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith(".pem")) : [];
  return names.map((name) => ({ name: name.replace(/\.pem$/, ""), publicKey: publicKeyOf(read(join(folder, name)), join(committedSignersFolder, name)) }));
}
