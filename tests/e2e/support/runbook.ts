/** A runbook's commands, taken from the document itself. */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { repositoryRoot } from "../../../sandbox/control/paths";

/** The blocks that are commands, in order, by the heading above them. @throws when no heading begins like that, or it has no block */
export function blocksBelow(document: string, heading: string): string {
  const sections = readFileSync(join(repositoryRoot, document), "utf8").split(/^## /m);
  const section = sections.find((text) => text.startsWith(heading));
  const blocks = [...(section ?? "").matchAll(/^```bash\n([\s\S]*?)^```$/gm)].map((match) => match[1] as string);
  if (blocks.length === 0) throw new Error(`${document} has no commands below "## ${heading}": adapt the test`);
  return blocks.join("\n");
}

/**
 * `age -d -i <file>` as its users know it, for a machine that does not have it: age's own implementation in TypeScript, by its author, and
 * none of our code.
 *
 * @returns a folder for PATH
 */
export function ageProgram(directory: string): string {
  mkdirSync(directory, { recursive: true });
  const program = `#!${process.execPath}
const { readFileSync } = require("node:fs");
const { Readable } = require("node:stream");
const { Decrypter } = require(${JSON.stringify(require.resolve("age-encryption"))});
const [decrypt, flag, file] = process.argv.slice(2);
if (decrypt !== "-d" || flag !== "-i") throw new Error("usage: age -d -i <file>");
const decrypter = new Decrypter();
decrypter.addIdentity(readFileSync(file, "utf8").trim());
decrypter.decrypt(Readable.toWeb(process.stdin)).then((plain) => Readable.fromWeb(plain).pipe(process.stdout));
`;
  writeFileSync(join(directory, "age"), program, { mode: 0o755 });
  return directory;
}
