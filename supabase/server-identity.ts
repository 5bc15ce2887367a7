/** As whom a PostgreSQL server of ours runs. */
import { spawnSync } from "node:child_process";
import { userInfo } from "node:os";

/** Options of `spawn`; empty: as this process. */
export interface ServerIdentity {
  readonly uid?: number;
  readonly gid?: number;
}

/**
 * PostgreSQL refuses to run as root: then it runs as `postgres`, or as `nobody` where there is no such user.
 *
 * @throws Error CHI-M302 when there is neither
 */
export function serverIdentity(): ServerIdentity {
  if (process.getuid?.() !== 0) {
    return {};
  }
  for (const user of ["postgres", "nobody"]) {
    const uid = idOf("-u", user);
    const gid = idOf("-g", user);
    if (uid !== undefined && gid !== undefined) {
      return { uid, gid };
    }
  }
  throw new Error(
    `CHI-M302 PostgreSQL cannot run as ${userInfo().username} and there is neither a user postgres nor nobody; useradd --system postgres`,
  );
}

function idOf(which: "-u" | "-g", user: string): number | undefined {
  const { status, stdout } = spawnSync("id", [which, user], { encoding: "utf8" });
  return status === 0 ? Number(stdout) : undefined;
}
