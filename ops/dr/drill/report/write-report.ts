/** A report on disk: JSON, its signature, and what people read. */
import { createHash, createPublicKey, type KeyObject } from "node:crypto";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { writeAtomically } from "../../phases/atomic-file";
import { signBytes } from "../signature/signature";
import { html } from "./html";
import { markdown } from "./markdown";
import { reportNames, reportSchema, type Report, type ReportBody } from "./schema";
import { atRealSize } from "./real-size";
import { refuseSecrets } from "./refuse-secrets";

export const sha256 = (content: Buffer | string) => createHash("sha256").update(content).digest("hex");

/** All files of a report, by name. @throws CHI-H135 when a secret is in it */
export function reportFiles(built: ReportBody, key: KeyObject, secrets: readonly string[]): { report: Report; files: Readonly<Record<string, string>> } {
  const body = { ...built, atRealSize: built.atRealSize ?? atRealSize(built) };
  const texts = { [reportNames.markdown]: markdown(body), [reportNames.html]: html(body) };
  const renderings = { [reportNames.markdown]: sha256(texts[reportNames.markdown] as string), [reportNames.html]: sha256(texts[reportNames.html] as string) };
  const report = reportSchema.parse({ ...body, renderings });
  const json = `${JSON.stringify(report, null, 2)}\n`;
  for (const text of [json, ...Object.values(texts)]) refuseSecrets(text, secrets);
  const signature = `${JSON.stringify(signBytes(Buffer.from(json), key), null, 2)}\n`;
  // For the reader, where the signer's machine is gone: it does not vouch for itself.
  const publicKey = createPublicKey(key).export({ type: "spki", format: "pem" }).toString();
  return { report, files: { ...texts, [reportNames.signature]: signature, [reportNames.publicKey]: publicKey, [reportNames.json]: json } };
}

/** Writes a report into a folder of its own, the JSON last: where that is, the report is whole. @returns the folder */
export function writeReport(folder: string, files: Readonly<Record<string, string>>): string {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  for (const [name, content] of Object.entries(files)) writeAtomically(join(folder, name), content);
  return folder;
}
