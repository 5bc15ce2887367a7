import type { StackName } from "../../config/naming";
import type { StackAnswers } from "./stack-connections";

/** The files gateway and an operator's key for it. */
export interface FilesAccess {
  readonly url: string;
  /** Secret: reads the history of all files, and restores. */
  readonly operatorKey: string;
  /** Seconds that the gateway's clock is ahead of this machine's; only in the sandbox, whose clock can be moved. */
  readonly clockAhead?: number;
}

/** A Worker in the sandbox. */
export interface SandboxWorker {
  readonly url: string;
  /** Of the sandbox's clock. */
  readonly offsetSeconds: number;
}

/**
 * From the environment of a scheduled run (FILES_GATEWAY_URL with FILES_OPERATOR_KEY), or from the stack's output `filesGateway`.
 *
 * @param sandbox where the gateway's Worker listens in the sandbox, where no name resolves, and how far its clock was moved
 * @throws CHI-F100
 */
export async function filesAccess(
  stack: StackName,
  answers: Pick<StackAnswers, "kind" | "outputs">,
  given: NodeJS.ProcessEnv,
  sandbox?: SandboxWorker,
): Promise<FilesAccess> {
  const { FILES_GATEWAY_URL: url, FILES_OPERATOR_KEY: operatorKey } = answers.kind === "cloud" ? given : {};
  if (url && operatorKey) return { url, operatorKey };
  const output = (await answers.outputs())["filesGateway"] as Partial<FilesAccess> | null | undefined;
  if (typeof output?.url !== "string" || typeof output.operatorKey !== "string") {
    throw new Error(`CHI-F100 the stack ${stack} gives no output "filesGateway" (dev has no gateway): npx chisan up ${stack}${answers.kind === "cloud" ? " --cloud" : ""}`);
  }
  return { url: sandbox?.url ?? output.url, operatorKey: output.operatorKey, ...(sandbox?.offsetSeconds ? { clockAhead: sandbox.offsetSeconds } : {}) };
}
