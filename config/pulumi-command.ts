/** Builds the `pulumi config` commands that error messages and documents offer. */
import type { Mend, Path } from "./shape";

/**
 * The command that mends a finding. A value the operator must supply is left out for a secret (Pulumi then asks for it, so that it
 * stays out of the shell's history) and stands as `<…>` otherwise.
 */
export function mendingCommand(stack: string, key: string, path: Path, mend: Mend, secret: boolean): string {
  const target = shellQuote(`${key}${path.map(segment).join("")}`);
  const byPath = path.length > 0 ? " --path" : "";
  switch (mend.action) {
    case "remove":
      return `pulumi config rm${byPath} ${target} --stack ${stack}`;
    case "set": {
      if (secret) return `pulumi config set${byPath} ${target} --secret --stack ${stack}`;
      return `pulumi config set${byPath} ${target} ${shellQuote(String(mend.value ?? mend.placeholder))} --stack ${stack}`;
    }
    case "replace":
      // The CLI keeps the quotes of a value that it overwrites (seen with 3.250.0, also with --type int): "25" would stay text.
      return `pulumi config rm${byPath} ${target} --stack ${stack} && pulumi config set${byPath} ${target} ${mend.value} --stack ${stack}`;
    case "set-all": {
      const flag = secret ? "--secret" : "--plaintext";
      const root = `${key}${path.map(segment).join("")}`;
      const settings = Object.entries(mend.values).map(([below, value]) => `${flag} ${shellQuote(`${root}${below}=${value}`)}`);
      return `pulumi config set-all --path ${settings.join(" ")} --stack ${stack}`;
    }
  }
}

function segment(part: string | number): string {
  if (typeof part === "number") return `[${part}]`;
  return /^[A-Za-z_][A-Za-z0-9_-]*$/.test(part) ? `.${part}` : `["${part.replace(/["\\]/g, "\\$&")}"]`;
}

/** Quotes a word for a POSIX shell, where it needs it. Line breaks are shown as `\n`: a message stays one line. */
export function shellQuote(word: string): string {
  const oneLine = word.replace(/\r?\n/g, "\\n");
  return /^[A-Za-z0-9_.:/@%+=,-]+$/.test(oneLine) ? oneLine : `'${oneLine.replace(/'/g, `'\\''`)}'`;
}
