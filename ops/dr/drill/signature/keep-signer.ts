/** Puts the public key of a stack's drill reports where every clone has it. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import type { StackName } from "../../../../config/naming";
import { repositoryRoot } from "../../../../sandbox/control/paths";
import { writeAtomically } from "../../phases/atomic-file";
import { committedSignersFolder } from "./keys";
import { keyIdOf, publicKeyOf } from "./signature";

/**
 * The file is named for the key: a stack that is made anew has another one, and the reports of before are still verified with the old one.
 *
 * @param pem the stack's output `reportSigner`; undefined where no drill runs
 * @returns the file when it is new, undefined when it was there
 * @throws CHI-H131 for an output that is no public key
 */
export function keepSigner(stack: StackName, pem: unknown, root = repositoryRoot): string | undefined {
  if (pem === undefined) return undefined;
  const file = signerFile(stack, pem, root);
  if (existsSync(file)) return undefined;
  writeAtomically(file, String(pem));
  return file;
}

/** Where a stack's public key belongs. @throws CHI-H131 */
export function signerFile(stack: StackName, pem: unknown, root = repositoryRoot): string {
  const key = publicKeyOf(String(pem), `the output reportSigner of ${stack}`);
  return join(root, committedSignersFolder, `${stack}-${keyIdOf(key).slice(0, 12)}.pem`);
}
