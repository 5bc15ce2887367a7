import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const root = join(__dirname, "..", "..");
let files: ReadonlyMap<string, string> | undefined;

/** The file in which a component's class is, from the repository's root; the folder of all where there is none. */
export function componentFile(kind: string): string {
  files ??= componentFiles();
  return files.get(kind) ?? "components";
}

function componentFiles(): Map<string, string> {
  const found = new Map<string, string>();
  const visit = (folder: string): void => {
    for (const entry of readdirSync(join(root, folder), { withFileTypes: true })) {
      const path = `${folder}/${entry.name}`;
      if (entry.isDirectory()) visit(path);
      else if (path.endsWith(".ts") && !path.endsWith(".test.ts")) {
        for (const [, kind = ""] of readFileSync(join(root, path), "utf8").matchAll(/\bclass (\w+) extends ChisanComponent\b/g)) found.set(kind, path);
      }
    }
  };
  visit("components");
  return found;
}
