import { cpSync, mkdirSync, readFileSync, readdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { repositoryRoot } from "../../../sandbox/control/paths";

const folders = ["components", "config", "stacks", "supabase", "toolchain", "workers"];
const links = ["node_modules", "sdks"];

/** The Pulumi program in another folder, so that a test can break it. */
export class ProgramCopy {
  public constructor(public readonly directory: string) {
    mkdirSync(directory, { recursive: true });
    const files = readdirSync(repositoryRoot).filter((name) => /^(Pulumi(\..+)?\.yaml|index\.ts|package\.json|tsconfig\.json)$/.test(name));
    for (const name of [...folders, ...files]) cpSync(join(repositoryRoot, name), join(directory, name), { recursive: true });
    for (const name of links) symlinkSync(join(repositoryRoot, name), join(directory, name));
  }

  /**
   * Replaces one text in one file while `work` runs.
   *
   * @throws when the text is not there, so that a test does not pass because it broke nothing
   */
  public async broken<T>(file: string, from: RegExp, to: string, work: () => Promise<T>): Promise<T> {
    const path = join(this.directory, file);
    const original = readFileSync(path, "utf8");
    const changed = original.replace(from, to);
    if (changed === original) throw new Error(`${from} is not in ${file} any more: adapt the test`);
    writeFileSync(path, changed);
    try {
      return await work();
    } finally {
      writeFileSync(path, original);
    }
  }
}
