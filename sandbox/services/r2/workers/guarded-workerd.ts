import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

/**
 * A killed Node leaves its workerd running: Miniflare ends it only when it can. So workerd is started through this script, whose guard
 * looks every two seconds whether the starter is still there. `exec` keeps the process ID, so Miniflare stops workerd as it always does.
 */
function script(workerd: string): string {
  return `#!/bin/sh
# Made by sandbox/services/r2/workers/guarded-workerd.ts.
starter=$PPID
self=$$
(
  exec </dev/null >/dev/null 2>&1 3>&-
  while kill -0 "$starter" && kill -0 "$self"; do sleep 2; done
  kill -9 "$self"
) &
exec '${workerd.replaceAll("'", `'\\''`)}' "$@"
`;
}

/** Makes the Miniflare of this process start workerd through the guard. @param directory where the script is kept */
export function guardWorkerd(directory: string): void {
  const workerd = (createRequire(require.resolve("miniflare"))("workerd") as { default: string }).default;
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const file = join(directory, "workerd.sh");
  writeFileSync(file, script(workerd), { mode: 0o700 });
  chmodSync(file, 0o700);
  process.env["MINIFLARE_WORKERD_PATH"] = file;
}
