import { readdirSync } from "node:fs";
import { join } from "node:path";
import { componentFileName } from "../../config/naming-bounds";
import { repositoryRoot } from "../../sandbox/control/paths";

let files: ReadonlyMap<string, string> | undefined;

/** The file of a component's class, which is named after it: `FileStore` is in `components/file-store.ts`. The folder where there is none. */
export function componentFile(kind: string): string {
  files ??= componentFiles();
  return files.get(componentFileName(kind)) ?? "components";
}

/** The program that declares what is in no component. */
export function stackFile(stack: string): string {
  return stack === "dev" ? "stacks/local-environment.ts" : "stacks/cloud-environment.ts";
}

function componentFiles(): Map<string, string> {
  const found = new Map<string, string>();
  const visit = (folder: string): void => {
    for (const entry of readdirSync(join(repositoryRoot, folder), { withFileTypes: true })) {
      if (entry.isDirectory()) visit(`${folder}/${entry.name}`);
      else if (!found.has(entry.name)) found.set(entry.name, `${folder}/${entry.name}`);
    }
  };
  visit("components");
  return found;
}
