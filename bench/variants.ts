import { appendFileSync, cpSync, mkdirSync, readFileSync, readdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse, stringify } from "yaml";
import { repositoryRoot } from "../sandbox/control/paths";

export type VariantName = "ours" | "default" | "flat";

export const variantNames: readonly VariantName[] = ["ours", "default", "flat"];

/** What each variant is, for the reader of the result. */
export const descriptions: Readonly<Record<VariantName, string>> = {
  ours: "ours",
  default: "(a) Pulumi's default TypeScript runtime, same program",
  flat: "(b) same resources, flat precompiled JavaScript",
};

/** The file that an "edit" changes: one in the middle of the program, or the only one. */
const edited: Readonly<Record<VariantName, string>> = { ours: "stacks/prod.ts", default: "stacks/prod.ts", flat: "index.js" };

/** Not part of the program: never loaded by it, or linked instead of copied. */
const left = new Set([".git", ".chisan", ".ci", "node_modules", "sdks", "sandbox", "docs", "tests", "bench", "coverage", "policies"]);

/** Copies this repository's program, with the settings of the variant. */
export function copyProgram(variant: "ours" | "default", folder: string): void {
  mkdirSync(folder, { recursive: true });
  for (const name of readdirSync(repositoryRoot)) {
    if (!left.has(name)) cpSync(join(repositoryRoot, name), join(folder, name), { recursive: true });
  }
  linkPackages(folder);
  if (variant === "default") writeSettings(folder, { runtime: "nodejs" });
}

/** Writes a program of one JavaScript file. */
export function writeFlatProgram(folder: string, text: string): void {
  mkdirSync(folder, { recursive: true });
  // Dynamic providers and assets are found from the program's folder.
  copyProgram("ours", folder);
  writeFileSync(join(folder, "index.js"), text, { mode: 0o600 });
  writeSettings(folder, { main: "index.js", runtime: { name: "nodejs", options: { typescript: false } } });
}

/** Changes the source, so that nothing can be answered from what was made of the old one. */
export function edit(variant: VariantName, folder: string, nonce: string): void {
  appendFileSync(join(folder, edited[variant]), `\n// edit ${nonce}\n`);
}

function linkPackages(folder: string): void {
  for (const name of ["node_modules", "sdks"]) symlinkSync(join(repositoryRoot, name), join(folder, name));
}

function writeSettings(folder: string, changes: Record<string, unknown>): void {
  const file = join(folder, "Pulumi.yaml");
  const settings = parse(readFileSync(join(repositoryRoot, "Pulumi.yaml"), "utf8")) as Record<string, unknown>;
  writeFileSync(file, stringify({ ...settings, ...changes }));
}
