/** chisan-dr as a stand-up reaches it: the engine, its own state, and its own outputs. No other stack's. */
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { fileStoreNames } from "../../../components/file-store-inputs";
import { environmentSlug } from "../../../config/naming";
import { pulumiExecutable, repositoryRoot, sandboxDirectory, sandboxPaths } from "../../../sandbox/control/paths";
import { readRunning } from "../../../sandbox/control/running";
import { runningFiles } from "../../../sandbox/control/running-files";
import { operationArguments, watchOperation } from "../../engine/stack-operation";
import { chooseTarget, type Target } from "../../engine/target";
import type { RunSummary } from "../../engine/watched-run";
import { policyArguments } from "../../policies/packs";
import { configureEncryptionKey } from "../kit/encryption-key";
import type { EncryptionKey } from "../kit/kit";
import { engineWords, firstLine } from "../region/engine-words";
import { plannedChanges, type PlannedChange, type PreviewStep } from "../region/expected-changes";
import { type DeployedResource, plainResources } from "./deployed-resources";
import { waitForEngine } from "./engine-at-work";

const run = promisify(execFile);

/** The stack that a stand-up makes. */
export const standIn = "chisan-dr";

export interface DrStack {
  readonly kind: Target["kind"];
  /** What its state has, with secrets in plain: for comparisons in memory, never for a report. Empty before the first `up`. */
  resources(): Promise<readonly DeployedResource[]>;
  /** A configuration value as `pulumi config get` prints it; undefined when it is not set. */
  configured(key: string): Promise<string | undefined>;
  /** Gives it the key of the data, encrypted in its configuration's file. @throws CHI-H031 */
  configureEncryptionKey(key: EncryptionKey): Promise<void>;
  /** What `up` would change now. @throws CHI-H051 with the engine's words */
  preview(): Promise<readonly PlannedChange[]>;
  /** `up` with all policies, its preview included. */
  up(progress: (done: number, what: string) => void): Promise<RunSummary>;
  /** Secrets in plain. */
  outputs(): Promise<Readonly<Record<string, unknown>>>;
  /** Why a run may have failed beyond its own words. */
  explainFailure(): string | undefined;
  /** Where chisan-dr's S3 endpoint is. */
  s3Endpoint(accountId: string): string;
  /** Where chisan-dr's files gateway listens, and how far its clock is ahead (only the sandbox's can be moved). @throws CHI-H052 when the sandbox runs none */
  filesGateway(url: string): Promise<{ readonly url: string; readonly clockAhead: number }>;
}

/** @throws what `chooseTarget` does: in the cloud, every prerequisite of chisan-dr that is missing, by name */
export async function openDrStack(cloud: boolean): Promise<DrStack> {
  if (!cloud) await waitForEngine(sandboxPaths(sandboxDirectory()), standIn, (text) => process.stderr.write(`${text}\n`));
  const target = await chooseTarget(standIn, cloud);
  const options = { cwd: repositoryRoot, env: target.environment, maxBuffer: 1 << 28 };
  const running = () => (cloud ? undefined : readRunning(sandboxPaths(sandboxDirectory())));

  /** Never with what it printed in an error: that holds secrets. */
  const asked = async (code: string, args: readonly string[]): Promise<string> => {
    try {
      return (await run(pulumiExecutable, [...args, "--stack", standIn, "--non-interactive"], options)).stdout;
    } catch (error) {
      const words = ((error as { stderr?: string }).stderr ?? "").split("\n").find((line) => line.startsWith("error: "));
      throw new Error(`${code} \`pulumi ${args.slice(0, 2).join(" ")}\` failed for ${standIn} (${words ?? "without words"}): see that its state can be reached, then type the same command again`);
    }
  };

  return {
    kind: target.kind,
    resources: async () => plainResources(JSON.parse(await asked("CHI-H053", ["stack", "export", "--show-secrets"]))),
    async configured(key) {
      const all = JSON.parse(await asked("CHI-H053", ["config", "--json", "--show-secrets", ...target.configurationArguments])) as Record<string, { value?: string; objectValue?: unknown }>;
      const entry = all[`chisan:${key}`];
      return entry?.objectValue === undefined ? entry?.value : JSON.stringify(entry.objectValue);
    },
    configureEncryptionKey: (key) => configureEncryptionKey(standIn, target, target.configurationArguments, key),
    async preview() {
      const args = [...operationArguments("preview", standIn, target), "--json", "--non-interactive"];
      try {
        return plannedChanges((JSON.parse((await run(pulumiExecutable, args, options)).stdout) as { steps?: PreviewStep[] }).steps ?? []);
      } catch (error) {
        const { stdout = "", stderr = "", message } = error as { stdout?: string; stderr?: string; message: string };
        throw new Error(`CHI-H051 the engine cannot preview ${standIn}, nothing was touched (${engineWords(stdout, stderr) ?? firstLine(message)}): mend what it says and type the same command again`);
      }
    },
    up: (progress) => watchOperation(operationArguments("up", standIn, target, ["--yes", ...policyArguments]), target, progress),
    outputs: async () => JSON.parse(await asked("CHI-H053", ["stack", "output", "--json", "--show-secrets"])) as Record<string, unknown>,
    explainFailure: () => target.explainFailure(),
    s3Endpoint: (accountId) => running()?.s3Url ?? `https://${accountId}.r2.cloudflarestorage.com`,
    async filesGateway(url) {
      const sandbox = running();
      if (sandbox === undefined) return { url, clockAhead: 0 };
      const { workers, offsetSeconds } = await runningFiles(sandbox);
      const worker = workers[fileStoreNames({ slug: environmentSlug(standIn) }).gateway];
      if (worker === undefined) throw new Error(`CHI-H052 the sandbox runs no files gateway of ${standIn}: npx chisan sandbox status`);
      return { url: worker, clockAhead: offsetSeconds };
    },
  };
}
