import { mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

/**
 * Runs `work` while holding a lock file, so that two set-ups at once do not build over each other. Waits for a living holder (and
 * says so once); takes over from one that was killed.
 * @template T
 * @param {string} path
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function withLock(path, work) {
  mkdirSync(dirname(path), { recursive: true });
  for (let waited = false; ; waited = true) {
    try {
      writeFileSync(path, String(process.pid), { flag: "wx" });
      break;
    } catch (error) {
      if (error.code !== "EEXIST") throw error;
    }
    const holder = readHolder(path);
    if (holder === undefined || (holder.pid === 0 ? holder.age > 2000 : !isAlive(holder.pid))) {
      if (holder) takeAway(path, holder.pid);
      continue;
    }
    if (!waited) process.stderr.write(`  another set-up (process ${holder.pid}) is at work: waiting for it\n`);
    await sleep(500);
  }
  const release = () => rmSync(path, { force: true });
  process.once("exit", release);
  try {
    return await work();
  } finally {
    process.removeListener("exit", release);
    release();
  }
}

/** Who holds it: `pid` is 0 while the holder has not written it yet, or was killed in between. */
function readHolder(path) {
  try {
    return { pid: Number(readFileSync(path, "utf8")), age: Date.now() - statSync(path).mtimeMs };
  } catch (error) {
    if (error.code === "ENOENT") return undefined;
    throw error;
  }
}

/** Removes a dead holder's lock. A rename is atomic: of two that take over, one moves the file; should it be a living one's by then, it is put back. */
function takeAway(path, pid) {
  const aside = `${path}.${process.pid}`;
  try {
    renameSync(path, aside);
  } catch (error) {
    if (error.code === "ENOENT") return;
    throw error;
  }
  if (Number(readFileSync(aside, "utf8")) === pid) rmSync(aside);
  else renameSync(aside, path);
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === "EPERM";
  }
}
