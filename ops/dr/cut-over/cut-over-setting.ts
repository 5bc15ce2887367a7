/** `chisan:cutOver` in a stack's file. Written here and not by the CLI, which needs the stack's state for it: prod's may be what was lost. */
import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isMap, parseDocument, YAMLMap } from "yaml";
import { writeAtomically } from "../phases/atomic-file";
import type { Side } from "./belongings";

const key = "chisan:cutOver";

/** Whether the file says so. */
export function isCutOver(file: string): boolean {
  if (!existsSync(file)) return false;
  const value: unknown = parseDocument(readFileSync(file, "utf8")).getIn(["config", key]);
  return value === true || value === "true";
}

/** Sets or removes the key; the file's other lines and comments stay. A file that does not exist belongs to a stack that never was. */
export function setCutOver(file: string, on: boolean): void {
  if (!existsSync(file) || isCutOver(file) === on) return;
  const document = parseDocument(readFileSync(file, "utf8"));
  if (on) {
    if (!isMap(document.get("config"))) document.set("config", new YAMLMap());
    document.setIn(["config", key], true);
  } else document.deleteIn(["config", key]);
  writeAtomically(file, document.toString({ lineWidth: 0 }));
}

/** Runs `work` with a copy of a stack's file in which the key is set or removed already. */
export async function withCutOver<T>(stack: Side, file: string, on: boolean, work: (draft: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), "chisan-dr-"));
  try {
    const draft = join(folder, `Pulumi.${stack}.yaml`);
    copyFileSync(file, draft);
    setCutOver(draft, on);
    return await work(draft);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
