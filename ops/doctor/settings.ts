import { existsSync, readFileSync } from "node:fs";
import { parse, YAMLParseError } from "yaml";
import type { Facts } from "./facts";

/** A stack's file as parsed from YAML. */
export interface StackFile {
  readonly secretsprovider?: unknown;
  readonly encryptionsalt?: unknown;
  readonly config?: Readonly<Record<string, unknown>> | null;
}

/** @throws CHI-D012 when it is no YAML */
export function readStackFile(path: string): StackFile {
  if (!existsSync(path)) return {};
  try {
    return ((parse(readFileSync(path, "utf8")) as StackFile | null) ?? {});
  } catch (error) {
    if (error instanceof YAMLParseError) throw new Error(`CHI-D012 ${path} is no YAML (${error.code}): git checkout -- ${path}`);
    throw error;
  }
}

/** The keys of a stack's file. Of an encrypted value, or of one with an encrypted part, only its presence is told. */
export function settingsOf({ config }: StackFile): Pick<Facts, "setting" | "isSet"> {
  const values = config ?? {};
  const raw = (key: string) => values[`chisan:${key}`] ?? values[key];
  return {
    isSet: (key) => raw(key) !== undefined && raw(key) !== null && raw(key) !== "",
    setting: (key) => (holdsEncrypted(raw(key)) ? undefined : structured(raw(key))),
  };
}

function holdsEncrypted(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  return typeof (value as { secure?: unknown }).secure === "string" || Object.values(value).some(holdsEncrypted);
}

/** Maps may stand as their JSON text: `pulumi config set` writes what it is given. */
function structured(value: unknown): unknown {
  if (typeof value !== "string" || !/^[[{]/.test(value)) return value;
  try {
    return JSON.parse(value) as unknown;
  } catch (error) {
    if (error instanceof SyntaxError) return value;
    throw error;
  }
}
