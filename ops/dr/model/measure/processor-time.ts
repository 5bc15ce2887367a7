/** Processor time of PostgreSQL's server, from /proc: unlike a clock it does not depend on who else uses the machine. */
import { readdirSync, readFileSync } from "node:fs";

/** Clock ticks per second of /proc/<pid>/stat: USER_HZ is 100 on every Linux that Node runs on. */
const ticks = 100;

/** Seconds that a server's processes have used so far, also those that have ended. @param postmaster the server's first process */
export function serverSeconds(postmaster: number): number {
  const own = statOf(postmaster);
  if (own === undefined) return 0;
  const living = readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map((name) => statOf(Number(name)))
    .filter((stat) => stat?.parent === postmaster)
    .reduce((sum, stat) => sum + (stat?.used ?? 0), 0);
  return (own.used + own.ended + living) / ticks;
}

interface Stat {
  readonly parent: number;
  readonly used: number;
  readonly ended: number;
}

/** proc(5): after the name in brackets come state and ppid; utime, stime, cutime and cstime are fields 14 to 17. */
function statOf(process: number): Stat | undefined {
  let text: string;
  try {
    text = readFileSync(`/proc/${process}/stat`, "utf8");
  } catch (error) {
    // It has ended meanwhile.
    if (["ENOENT", "ESRCH"].includes((error as NodeJS.ErrnoException).code ?? "")) return undefined;
    throw error;
  }
  const fields = text.slice(text.lastIndexOf(")") + 2).split(" ").map(Number);
  const [, parent = 0] = fields;
  const [user = 0, system = 0, endedUser = 0, endedSystem = 0] = fields.slice(11, 15);
  return { parent, used: user + system, ended: endedUser + endedSystem };
}

export function parentOf(process: number): number {
  const stat = statOf(process);
  if (stat === undefined) throw new Error(`CHI-H200 the process ${process} has ended: run the measurement again`);
  return stat.parent;
}
