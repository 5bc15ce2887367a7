import { closeSync, fchmodSync, fsyncSync, mkdirSync, openSync, renameSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

/**
 * Replaces a file at once (0600, its folder made 0700 where there is none): whoever reads it, after a `kill -9` or a power cut too, finds
 * the old content or the new. For one writer at a time.
 */
export function writeAtomically(path: string, content: string): void {
  const draft = `${path}.draft`;
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const file = openSync(draft, "w", 0o600);
  try {
    // A draft that a killed writer left has the mode that it was left with.
    fchmodSync(file, 0o600);
    writeFileSync(file, content);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  renameSync(draft, path);
  // The name is on disk when its folder is.
  const folder = openSync(dirname(path), "r");
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}
