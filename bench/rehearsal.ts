import { spawn, type ChildProcess } from "node:child_process";
import { pulumiExecutable, sandboxPaths } from "../sandbox/control/paths";
import { openSession } from "../sandbox/control/session";
import { stopService } from "../sandbox/control/ensure-service";
import { watchTree, type Usage } from "./process-tree";

/** One timed run of the CLI. */
export interface Run extends Usage {
  seconds: number;
  output: string;
}

/** A stack's rehearsal in a sandbox of its own, with the real CLI and without the front that users have before it. */
export interface Rehearsal {
  run(args: readonly string[], options?: { watch?: boolean }): Promise<Run>;
  stop(): Promise<void>;
}

const stack = "prod";

/** Starts a sandbox in `sandbox` for the program in `program`. */
export async function startRehearsal(sandbox: string, program: string, signal: AbortSignal): Promise<Rehearsal> {
  process.env["CHISAN_SANDBOX_DIRECTORY"] = sandbox;
  const session = await openSession();
  const configuration = await session.prepare(stack);
  return {
    async run(args, { watch = false } = {}) {
      signal.throwIfAborted();
      const takesConfiguration = args[0] === "up" || args[0] === "preview";
      const more = ["--stack", stack, "--non-interactive", ...(takesConfiguration ? ["--config-file", configuration] : [])];
      const started = process.hrtime.bigint();
      const child = spawn(pulumiExecutable, [...args, ...more], { cwd: program, env: session.environment, stdio: ["ignore", "pipe", "pipe"] });
      const cancel = () => child.kill("SIGINT");
      signal.addEventListener("abort", cancel, { once: true });
      const tree = watch ? watchTree(child.pid ?? 0) : undefined;
      try {
        const output = await outputOf(child, args);
        return { seconds: Number(process.hrtime.bigint() - started) / 1e9, output, ...(tree?.stop() ?? { programPeak: 0, treePeak: 0 }) };
      } finally {
        tree?.stop();
        signal.removeEventListener("abort", cancel);
        signal.throwIfAborted();
      }
    },
    stop: () => stopRehearsal(sandbox),
  };
}

/** Stops the sandbox's service, by its process id. */
export async function stopRehearsal(sandbox: string): Promise<void> {
  await stopService(sandboxPaths(sandbox));
}

function outputOf(child: ChildProcess, args: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    let output = "";
    let errors = "";
    child.stdout?.setEncoding("utf8").on("data", (text: string) => (output += text));
    child.stderr?.setEncoding("utf8").on("data", (text: string) => (errors += text));
    child.once("error", reject);
    child.once("close", (code) => {
      if (code === 0) resolve(output);
      else reject(new Error(`CHI-B003 \`pulumi ${args[0]}\` ended with ${code}:\n${diagnostics(`${output}\n${errors}`)}`));
    });
  });
}

/** What the CLI says went wrong, or else its last words. */
function diagnostics(text: string): string {
  return (/^Diagnostics:\n([\s\S]*?)^(?:Outputs|Resources):/m.exec(text)?.[1] ?? text.trim().split("\n").slice(-15).join("\n")).trim();
}
