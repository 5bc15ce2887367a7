import { createHash } from "node:crypto";
import { readFileSync, readdirSync, statSync } from "node:fs";
import { join, relative } from "node:path";
import { root } from "./paths.mjs";

/** A hash over the paths and bytes of files and folders (relative to the root), and over further text: the name of what is built from them. */
export function contentHash(paths, ...more) {
  const hash = createHash("sha256");
  for (const path of paths) {
    for (const file of filesBelow(join(root, path))) {
      hash.update(relative(root, file)).update("\0").update(readFileSync(file)).update("\0");
    }
  }
  for (const text of more) hash.update(text).update("\0");
  return hash.digest("hex").slice(0, 16);
}

function filesBelow(path) {
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path).sort().flatMap((name) => filesBelow(join(path, name)));
}
