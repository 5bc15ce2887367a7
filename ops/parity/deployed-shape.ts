import { createHmac, randomBytes } from "node:crypto";
import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { promisify } from "node:util";
import type { CloudStack } from "../../config/stack-configuration-keys";
import { pulumiExecutable, repositoryRoot, sandboxDirectory, sandboxPaths } from "../../sandbox/control/paths";
import { specifications } from "../../stacks/specifications";
import { chooseTarget } from "../engine/target";
import { identityTexts } from "./environment-identity";
import { plainConfiguration } from "./declared-shape";
import type { StackResource } from "../../policies/framework/policy";
import { resourcesInClear } from "./resources-in-clear";
import type { EnvironmentShape } from "./shape";
import { stateShape, type ExportedResource } from "./state-shape";

const run = promisify(execFile);

/** Of this run alone: what it makes of a secret says nothing to whoever reads the output. */
const key = randomBytes(32);

export interface DeployedEnvironment {
  /** Secrets are in here as marks only, the same for the same value. */
  readonly shape: EnvironmentShape;
  /** The same resources with their secrets in clear: to be compared in this process, and never shown. */
  readonly resources: readonly StackResource[];
}

/**
 * What a stack's state says is deployed.
 *
 * @throws CHI-O010 when the cloud cannot be asked, CHI-Y005 when there is no state
 */
export async function deployedEnvironment(stack: CloudStack, cloud: boolean): Promise<DeployedEnvironment> {
  const target = await chooseTarget(stack, cloud, "state");
  const configuration = plainConfiguration(stack, cloud ? "no rehearsal" : readFileSync(sandboxPaths(sandboxDirectory()).seed, "utf8"));
  const exported = await stateOf(stack, target.environment);
  const resources = (JSON.parse(exported) as { deployment?: { resources?: ExportedResource[] } }).deployment?.resources ?? [];
  if (resources.length === 0) throw new Error(`CHI-Y005 ${stack} has no deployed resource: npx chisan up ${stack}${cloud ? " --cloud" : ""}`);
  const hash = (text: string) => createHmac("sha256", key).update(text).digest("hex").slice(0, 12);
  const shape = stateShape(stack, specifications[stack], identityTexts(specifications[stack], configuration), resources, hash);
  return { shape, resources: resourcesInClear(resources) };
}

async function stateOf(stack: CloudStack, environment: NodeJS.ProcessEnv): Promise<string> {
  try {
    const { stdout } = await run(pulumiExecutable, ["stack", "export", "--stack", stack, "--show-secrets", "--non-interactive"], {
      cwd: repositoryRoot,
      env: environment,
      maxBuffer: 1 << 28,
    });
    return stdout;
  } catch (error) {
    // The CLI's last line on stderr; nothing of its output, which may hold half a state.
    const said = ((error as { stderr?: string }).stderr ?? "").trim().split("\n").at(-1) ?? "";
    throw new Error(`CHI-Y005 the state of ${stack} cannot be read (${said === "" ? "pulumi stack export failed" : said}): npx chisan up ${stack}`);
  }
}
