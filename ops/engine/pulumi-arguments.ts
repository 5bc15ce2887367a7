/** Commands of the CLI that read or write a stack's configuration file, by their names and aliases (`pulumi help`, 3.250.0). */
const configured = new Set(["up", "update", "preview", "pre", "refresh", "destroy", "down", "dn", "import", "watch", "logs", "config", "conf", "cf"]);

/** Flags of the CLI whose value is the next argument, when they stand before the command. */
const globalFlagsWithValue = new Set(["-C", "--cwd", "--color", "-v", "--verbose", "--profiling", "--tracing", "--memprofilerate", "--otel-traces"]);

/** Index of the command's name (`up`), or -1. */
function commandIndex(args: readonly string[]): number {
  for (let index = 0; index < args.length; index++) {
    const argument = args[index] ?? "";
    if (globalFlagsWithValue.has(argument)) index++;
    else if (!argument.startsWith("-")) return index;
  }
  return -1;
}

/** The stack that the arguments name with `-s` or `--stack`. A fully qualified name gives its last part. */
export function stackOf(args: readonly string[]): string | undefined {
  const end = args.indexOf("--");
  const considered = end === -1 ? args : args.slice(0, end);
  for (const [index, argument] of considered.entries()) {
    const value = argument === "-s" || argument === "--stack" ? considered[index + 1] : /^(?:--stack=|-s=?)(.+)$/.exec(argument)?.[1];
    if (value !== undefined) return value.split("/").at(-1);
  }
  // `pulumi stack select prod`, `pulumi stack rm prod`: the name is an argument.
  const command = commandIndex(considered);
  if (considered[command] === "stack" && considered[command + 1] === "rm") return considered.slice(command + 2).find((argument) => !argument.startsWith("-"));
  return undefined;
}

/** Commands that would write the committed files, with what a rehearsal does instead. */
const committing: Readonly<Record<string, string>> = {
  "stack init": "a rehearsal has the four stacks already",
  "stack rename": "a rehearsal's stacks keep their names",
  "stack change-secrets-provider": "it is for the cloud's state: run it in a shell without `chisan env`",
  "config cp": "set the keys one by one with `pulumi config set`",
  "config env": "environments are for the cloud: run it in a shell without `chisan env`",
  new: "this is a project already",
};

/**
 * Why a command is not run in a rehearsal, or undefined for one that is.
 */
export function refusal(args: readonly string[]): string | undefined {
  const index = commandIndex(args);
  const words = args.slice(index).filter((argument) => !argument.startsWith("-"));
  const name = [words.slice(0, 2).join(" "), words[0] ?? ""].find((each) => Object.hasOwn(committing, each));
  if (index === -1 || name === undefined || args.includes("--help") || args.includes("-h")) return undefined;
  return `CHI-O015 \`pulumi ${name}\` would write the committed Pulumi files, which a rehearsal only reads: ${committing[name]}`;
}

/**
 * The arguments with the rehearsal's configuration file added where the command takes one and the caller names none, and
 * `stack rm` kept from deleting the committed file.
 */
export function arrangeArguments(args: readonly string[], configurationFile: string | undefined): string[] {
  const index = commandIndex(args);
  const command = args[index];
  if (command === undefined) return [...args];
  const insert = (...more: string[]) => [...args.slice(0, index + 1), ...more, ...args.slice(index + 1)];
  const given = args.some((argument) => argument === "--config-file" || argument.startsWith("--config-file="));
  if (configured.has(command) && configurationFile !== undefined && !given) return insert("--config-file", configurationFile);
  if (command === "stack" && args[index + 1] === "rm") return [...args, "--preserve-config"];
  return [...args];
}
