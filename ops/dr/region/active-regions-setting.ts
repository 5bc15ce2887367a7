import { execFile } from "node:child_process";
import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { parse } from "yaml";
import { gcpRegions, type GcpRegion } from "../../../config/allowed-values";
import type { StackName } from "../../../config/naming";
import { pulumiExecutable, repositoryRoot } from "../../../sandbox/control/paths";
import type { Target } from "../../engine/target";

const run = promisify(execFile);
const key = "chisan:activeRegions";

/** The file that configures a stack of a target: the rehearsal's own in the sandbox, the committed one in the cloud. */
export function configurationFileOf(stack: StackName, target: Target): string {
  const given = target.configurationArguments.indexOf("--config-file");
  return given === -1 ? committedFile(stack) : (target.configurationArguments[given + 1] ?? "");
}

export function committedFile(stack: StackName): string {
  return join(repositoryRoot, `Pulumi.${stack}.yaml`);
}

/** `chisan:region` and `chisan:activeRegions` of a stack's file; undefined where they are not set. */
export function configuredRegions(file: string): { region: GcpRegion | undefined; active: GcpRegion[] | undefined } {
  const region = settingOf(file, "region");
  const named = regionList(settingOf(file, "activeRegions"));
  return { region: gcpRegions.find((each) => each === region), active: named.length === 0 ? undefined : named };
}

/** `chisan:gcpProject` of a stack's file; undefined where it is not set. */
export function configuredProject(file: string): string | undefined {
  const project = settingOf(file, "gcpProject");
  return typeof project === "string" && project !== "" ? project : undefined;
}

function settingOf(file: string, name: string): unknown {
  const settings = (existsSync(file) ? parse(readFileSync(file, "utf8")) : undefined) as { config?: Record<string, unknown> | null } | null | undefined;
  return settings?.config?.[`chisan:${name}`] ?? settings?.config?.[name];
}

/** A list, or its JSON text: the CLI writes the one or the other, by how it was set. What is no region is the program's to refuse. */
function regionList(value: unknown): GcpRegion[] {
  const list: unknown = typeof value === "string" && value.startsWith("[") ? parse(value) : value;
  return Array.isArray(list) ? list.flatMap((each) => gcpRegions.filter((region) => region === each)) : [];
}

/** Sets or removes the key, with the CLI. As one text: a list would be written element by element, and a kill could leave half of it. */
export async function configureRegions(stack: StackName, target: Target, file: string, regions: readonly GcpRegion[] | undefined): Promise<void> {
  const command = regions === undefined ? ["config", "rm", key] : ["config", "set", key, JSON.stringify(regions)];
  await run(pulumiExecutable, [...command, "--stack", stack, "--config-file", file, "--non-interactive"], { cwd: repositoryRoot, env: target.environment });
}

/** Runs `work` with a copy of a stack's file in which the key is set or removed already, so that nothing is written before it is agreed to. */
export async function withDraft<T>(stack: StackName, target: Target, regions: readonly GcpRegion[] | undefined, work: (file: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), "chisan-dr-"));
  try {
    const draft = join(folder, `Pulumi.${stack}.yaml`);
    copyFileSync(configurationFileOf(stack, target), draft);
    await configureRegions(stack, target, draft, regions);
    return await work(draft);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
