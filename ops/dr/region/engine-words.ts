import { plain } from "../../engine/watched-run";

/**
 * The engine's own words on why it failed, in one line without colours and without a stack trace; of a preview in JSON, its first error. The rest
 * of that JSON names every resource, whoever failed.
 */
export function engineWords(stdout: string, stderr: string): string | undefined {
  return firstError(stdout) ?? firstLine(plain(stderr).split("\n").find((line) => /error|CHI-/.test(line)) ?? "");
}

function firstError(stdout: string): string | undefined {
  try {
    const { diagnostics = [] } = JSON.parse(stdout) as { diagnostics?: { severity?: string; message?: string }[] };
    return firstLine(diagnostics.find(({ severity }) => severity === "error")?.message ?? "");
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** Text up to a stack trace, in one line; undefined when there is nothing. */
export function firstLine(text: string): string | undefined {
  const [before = ""] = plain(text).split(/\n\s+at /);
  const line = before.replace(/\s+/g, " ").trim();
  return line === "" ? undefined : line;
}
