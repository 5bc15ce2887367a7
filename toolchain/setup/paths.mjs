import { homedir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

/** The clone's root. */
export const root = resolve(dirname(fileURLToPath(import.meta.url)), "../..");

/** All that the project makes inside the clone, except node_modules and sdks: git-ignored, safe to delete. */
export const work = join(root, ".chisan");

/** Slow builds, kept outside the clone and named by the hash of what they were built from, so that clones share them. */
export const cache = join(process.env.XDG_CACHE_HOME || join(homedir(), ".cache"), "chisan-infrastructure");

/** Where the Pulumi CLI, its language host and its dynamic-provider launcher lie: a link into the cache. */
export const engine = join(work, "engine");
