/**
 * Passes on what the CLI prints, without its own list of what policies said: there each resource's every check has two lines, and our table has
 * the same at the end. The list begins with `Policies:` and ends with the next heading (pkg/backend/display/progress.go).
 */
export function withoutPolicies(write: (text: string) => void): { take(text: string): void; end(): void } {
  let rest = "";
  let within = false;
  const line = (text: string, end: string) => {
    const bare = text.replace(/\u001b\[[0-9;]*m/g, "").trimEnd();
    if (bare === "Policies:") within = true;
    else if (/^(Diagnostics|Outputs|Resources|Duration|Warning|error):?/.test(bare)) within = false;
    if (!within) write(text + end);
  };
  return {
    take(text) {
      const lines = (rest + text).split("\n");
      rest = lines.pop() ?? "";
      for (const each of lines) line(each, "\n");
    },
    end() {
      if (rest !== "") line(rest, "");
      rest = "";
    },
  };
}
