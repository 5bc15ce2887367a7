import { delimiter } from "node:path";
import { engineDirectory, type SandboxPaths } from "./paths";
import type { Running } from "./running";

/**
 * Variables of the caller that a rehearsal keeps. A list of what may pass, not of what may not: a credential whose name nobody
 * thought of stays out too.
 */
const kept = new Set([
  "HOME", "USER", "LOGNAME", "SHELL", "PWD", "TMPDIR", "TZ", "LANG", "LANGUAGE", "TERM", "COLORTERM", "COLUMNS", "LINES", "NO_COLOR",
  "FORCE_COLOR", "CI", "XDG_CACHE_HOME", "XDG_RUNTIME_DIR", "EDITOR", "NODE_EXTRA_CA_CERTS", "CHISAN_SANDBOX_DIRECTORY", "CHISAN_ENV_LOCAL",
]);

/** The token that the stand-ins of the vendors' APIs accept. No secret: it opens nothing but 127.0.0.1. */
export const sandboxToken = "sandbox";
/** Its id at Cloudflare: the S3 key that R2 makes of whatever token may edit R2. */
export const sandboxTokenId = "5a".repeat(16);

/** What a rehearsal sets, over what it keeps: its own home, state, passphrase and addresses. */
export function sandboxVariables(paths: SandboxPaths, running?: Running): Record<string, string> {
  return {
    CHISAN_TARGET: "sandbox",
    CHISAN_SANDBOX_DIRECTORY: paths.directory,
    PULUMI_HOME: paths.home,
    // Without the file of attributes beside each file: it is written in place, and one that a kill cut off makes the state unreadable
    // (gocloud.dev/blob/fileblob, `setAttrs`). The state itself is written beside its place and renamed.
    PULUMI_BACKEND_URL: `file://${paths.state}?metadata=skip`,
    PULUMI_CONFIG_PASSPHRASE_FILE: paths.passphrase,
    PULUMI_SKIP_UPDATE_CHECK: "true",
    PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
    ...(running === undefined
      ? {}
      : {
          SUPABASE_API_URL: running.supabaseApiUrl,
          SUPABASE_ACCESS_TOKEN: sandboxToken,
          VERCEL_API_URL: running.vercelApiUrl,
          VERCEL_API_TOKEN: sandboxToken,
        }),
  };
}

/** The whole environment of a command that rehearses. */
export function sandboxEnvironment(caller: NodeJS.ProcessEnv, paths: SandboxPaths, running: Running): NodeJS.ProcessEnv {
  const passed = Object.entries(caller).filter(([name]) => kept.has(name) || name.startsWith("LC_"));
  const path = [engineDirectory, ...(caller["PATH"] ?? "").split(delimiter).filter((folder) => folder !== paths.bin)].join(delimiter);
  return { ...Object.fromEntries(passed), ...sandboxVariables(paths, running), PATH: path };
}
