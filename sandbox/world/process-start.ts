import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";

/**
 * When a process started, in any form that is equal for the same process; undefined when there is none (or only its corpse).
 * A process ID together with this names one process: the ID alone may have been given to another since, at the latest by a restart of
 * the machine.
 */
export function startOf(pid: number): string | undefined {
  try {
    process.kill(pid, 0);
  } catch (error) {
    // EPERM: it lives, and is another user's.
    if ((error as NodeJS.ErrnoException).code === "ESRCH") return undefined;
  }
  try {
    // proc(5): the fields after the command's closing parenthesis are state (3rd) … starttime (22nd).
    const fields = readFileSync(`/proc/${pid}/stat`, "utf8")
      .replace(/^.*\) /s, "")
      .split(" ");
    return fields[0] === "Z" ? undefined : fields[19];
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
  }
  // No /proc (macOS), or the process has ended meanwhile.
  const listed = spawnSync("ps", ["-o", "lstart=", "-p", String(pid)], { encoding: "utf8", env: { ...process.env, LC_ALL: "C" } });
  if (listed.error) throw new Error(`CHI-S015 cannot tell whether process ${pid} still runs (ps: ${listed.error.message}): install ps`);
  return listed.stdout.trim() || undefined;
}
