import { spawn } from "node:child_process";
import { constants } from "node:os";

/**
 * Runs a program on the caller's terminal and resolves to its exit code. Ctrl-C reaches the program itself (it shares the
 * terminal's process group), so it is only waited for here: Pulumi ends the step it is at and saves its state.
 *
 * @param takeOutput is given what the program prints on stdout, instead of the terminal
 */
export function runInForeground(
  program: string,
  args: readonly string[],
  environment: NodeJS.ProcessEnv,
  directory?: string,
  takeOutput?: (text: string) => void,
): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { stdio: ["inherit", takeOutput === undefined ? "inherit" : "pipe", "inherit"], env: environment, cwd: directory });
    if (takeOutput !== undefined) child.stdout?.setEncoding("utf8").on("data", takeOutput);
    const wait = () => undefined;
    const pass = () => child.kill("SIGTERM");
    process.on("SIGINT", wait);
    process.on("SIGTERM", pass);
    child.once("error", reject);
    child.once("close", (code, signal) => {
      process.removeListener("SIGINT", wait);
      process.removeListener("SIGTERM", pass);
      // The shell's convention for a program that a signal ended.
      resolve(code ?? 128 + (signal === null ? 0 : constants.signals[signal]));
    });
  });
}
