import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseDocument } from "yaml";
import type { StackName } from "../../config/naming";
import { repositoryRoot } from "./paths";

/** The committed Pulumi.<stack>.yaml, as far as it is read here. */
export interface CommittedSettings {
  secretsprovider?: unknown;
  encryptionsalt?: unknown;
  config?: Record<string, unknown>;
}

/**
 * Reads the committed file of a stack; it is never written.
 *
 * @throws CHI-S008 when there is none, CHI-S009 when it is not the YAML of a stack's settings
 */
export function committedSettings(stack: StackName): CommittedSettings {
  const name = `Pulumi.${stack}.yaml`;
  const path = join(repositoryRoot, name);
  if (!existsSync(path)) throw new Error(`CHI-S008 ${name} is missing: git checkout -- ${name}`);
  const document = parseDocument(readFileSync(path, "utf8"));
  const [problem] = document.errors;
  if (problem !== undefined) {
    const { line = 0, col = 0 } = problem.linePos?.[0] ?? {};
    throw new Error(`CHI-S009 ${name}, line ${line}, column ${col}: ${problem.message.split("\n")[0]?.replace(/ at line .*$/, "")}: correct it, or git checkout -- ${name}`);
  }
  const settings = (document.toJS() ?? {}) as CommittedSettings;
  const isMap = (value: unknown) => typeof value === "object" && value !== null && !Array.isArray(value);
  if (!isMap(settings) || (settings.config !== undefined && settings.config !== null && !isMap(settings.config))) {
    throw new Error(`CHI-S009 ${name}: \`config\` is no map of keys to values: correct it, or git checkout -- ${name}`);
  }
  return settings;
}
