import { spawn } from "node:child_process";

/**
 * Runs a program and resolves to what it printed; each line of stderr (and stdout) is shown to `onLine` as it comes.
 * Rejects with the program's last words when it fails, and with `ENOENT` when it is not installed.
 * @param {string} program
 * @param {string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, onLine?: (line: string) => void }} [options]
 * @returns {Promise<string>} stdout
 */
export function run(program, args, { cwd, env, onLine } = {}) {
  return new Promise((resolve, reject) => {
    // A process group of its own, so that ending it ends what it has started too.
    const child = spawn(program, args, { cwd, env: env ?? process.env, stdio: ["ignore", "pipe", "pipe"], detached: true });
    const end = () => {
      try {
        process.kill(-child.pid, "SIGTERM");
      } catch (error) {
        if (error.code !== "ESRCH") throw error;
      }
    };
    const interrupted = (signal) => {
      end();
      process.exit(signal === "SIGINT" ? 130 : 143);
    };
    process.once("exit", end);
    process.once("SIGINT", interrupted);
    process.once("SIGTERM", interrupted);
    const forget = () => {
      process.removeListener("exit", end);
      process.removeListener("SIGINT", interrupted);
      process.removeListener("SIGTERM", interrupted);
    };
    let stdout = "";
    let tail = "";
    const listen = (stream, keep) => {
      let rest = "";
      stream.setEncoding("utf8");
      stream.on("data", (text) => {
        if (keep) stdout += text;
        tail = (tail + text).slice(-4000);
        rest += text;
        const lines = rest.split("\n");
        rest = lines.pop();
        for (const line of lines) onLine?.(line);
      });
    };
    listen(child.stdout, true);
    listen(child.stderr, false);
    child.once("error", (error) => {
      forget();
      reject(error);
    });
    child.once("close", (code, signal) => {
      forget();
      if (code === 0) resolve(stdout);
      else reject(Object.assign(new Error(lastWords(tail) || `${program} ended with ${signal ?? `code ${code}`}`), { exitCode: code, signal }));
    });
  });
}

/** The line most likely to say why: the last that mentions an error, else the last. */
function lastWords(text) {
  const lines = text.split("\n").map((line) => line.trim()).filter((line) => line !== "" && !/complete log of this run/.test(line));
  return lines.findLast((line) => /no space left|ENOSPC/i.test(line)) ?? lines.find((line) => /^npm error (code|syscall|network request|request to)/.test(line) && !/code E(LIFECYCLE|RR)/.test(line)) ?? lines.findLast((line) => /error|cannot|failed|refused/i.test(line)) ?? lines.at(-1) ?? "";
}
