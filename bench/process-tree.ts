import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, readdirSync } from "node:fs";

/** What a process and its descendants used until they ended. */
export interface Usage {
  /** Peak of the Pulumi program's Node.js process, bytes. */
  programPeak: number;
  /** Highest sum over all processes at one time, bytes. Pages that two of them share count twice. */
  treePeak: number;
  /** Processor time of all, seconds; undefined where it cannot be read. */
  processorSeconds?: number;
}

interface Sample {
  pid: number;
  parent: number;
  resident: number;
  /** Highest `resident` so far, where the kernel keeps it. */
  peak: number;
  command: string;
  processorSeconds?: number;
}

/** Linux counts processor time in hundredths of a second for programs (`man 5 proc`, USER_HZ). */
const ticksPerSecond = 100;
const program = /@pulumi\/pulumi\/cmd\/run(?=[\0 ]|$)/;

/** Watches the process `root` and its descendants. `stop` ends it and returns what was seen. */
export function watchTree(root: number): { stop(): Usage } {
  const read = existsSync("/proc/self/stat") ? readProc : readPs;
  const seconds = new Map<number, number>();
  let programPeak = 0;
  let treePeak = 0;
  const take = () => {
    const tree = descendants(root, read());
    treePeak = Math.max(treePeak, tree.reduce((sum, { resident }) => sum + resident, 0));
    for (const { pid, peak, command, processorSeconds } of tree) {
      if (program.test(command)) programPeak = Math.max(programPeak, peak);
      if (processorSeconds !== undefined) seconds.set(pid, processorSeconds);
    }
  };
  // `ps` is a process of its own, and must not disturb what is measured.
  const timer = setInterval(take, read === readProc ? 40 : 250);
  return {
    stop() {
      clearInterval(timer);
      return { programPeak, treePeak, ...(seconds.size === 0 ? {} : { processorSeconds: [...seconds.values()].reduce((sum, value) => sum + value, 0) }) };
    },
  };
}

function descendants(root: number, samples: readonly Sample[]): Sample[] {
  const found = samples.filter(({ pid }) => pid === root);
  for (let index = 0; index < found.length; index++) {
    found.push(...samples.filter(({ parent }) => parent === found[index]?.pid));
  }
  return found;
}

function readProc(): Sample[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        const stat = readFileSync(`/proc/${name}/stat`, "utf8");
        // The second field is the command in parentheses, which may itself hold spaces and parentheses.
        const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
        const status = readFileSync(`/proc/${name}/status`, "utf8");
        const kilobytes = (label: string) => Number(new RegExp(`^${label}:\\s+(\\d+) kB`, "m").exec(status)?.[1] ?? 0) * 1024;
        return [{
          pid: Number(name),
          parent: Number(fields[1]),
          resident: kilobytes("VmRSS"),
          peak: kilobytes("VmHWM"),
          command: readFileSync(`/proc/${name}/cmdline`, "utf8"),
          processorSeconds: (Number(fields[11]) + Number(fields[12])) / ticksPerSecond,
        }];
      } catch (error) {
        // It ended between the listing and the reading.
        if (["ENOENT", "ESRCH"].includes((error as NodeJS.ErrnoException).code ?? "")) return [];
        throw error;
      }
    });
}

function readPs(): Sample[] {
  const lines = execFileSync("ps", ["-axo", "pid=,ppid=,rss=,command="], { encoding: "utf8" }).split("\n");
  return lines.flatMap((line) => {
    const [, pid, parent, kilobytes, command] = /^\s*(\d+)\s+(\d+)\s+(\d+)\s+(.*)$/.exec(line) ?? [];
    if (command === undefined) return [];
    const resident = Number(kilobytes) * 1024;
    return [{ pid: Number(pid), parent: Number(parent), resident, peak: resident, command }];
  });
}
