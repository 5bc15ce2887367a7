import { Option, type Command } from "commander";
import { stackNames, type StackName } from "../../config/naming";
import type { FilesAccess } from "../connections/files-access";
import { type FileHistory, loadHistories } from "../files/file-histories";
import { GatewayClient, type Which } from "../files/gateway-client";
import { momentOf } from "../files/moment";
import { carryOut, type RestoreResult } from "../files/restore";
import { type PlannedFile, planFiles } from "../files/restore-plan";
import { NotAnswered, askPerson } from "../output/ask-person";
import { Interrupted, interruptible, signalOf } from "../output/interruptible";
import { table } from "../output/table";

export interface FilesDependencies {
  readonly access: (stack: StackName, cloud: boolean) => Promise<FilesAccess>;
  readonly gateway?: (access: FilesAccess, signal: AbortSignal | undefined) => GatewayClient;
  /** Milliseconds since 1970. */
  readonly now?: () => number;
}

interface FilesOptions {
  stack: StackName;
  cloud?: boolean;
  json?: boolean;
}
interface RestoreOptions extends FilesOptions {
  at: string;
  prefix?: string;
  dryRun?: boolean;
  exact?: boolean;
  yes?: boolean;
  confirm?: string;
}

/** `chisan files …`: the users' files as they were. */
export function addFiles(program: Command, dependencies: FilesDependencies): void {
  const files = program.command("files").description("versions of the users' files");
  withStack(files.command("versions").description("list what a file was, and when").argument("<key>", "the file's key in its bucket"))
    .action((key: string, options: FilesOptions) => versions(key, options, dependencies));
  withStack(files.command("restore").description("put a file, or all under a prefix, back to what it was; what it is now is kept as a version").argument("[key]", "the file's key"))
    .requiredOption("--at <time>", 'ISO 8601 with a zone, or like "10m ago"')
    .option("--prefix <prefix>", "instead of a key: all files whose keys begin so")
    .option("--exact", "also delete files that were not there then (kept as versions); without it they are left alone")
    .option("--dry-run", "change nothing: show what would be")
    .option("--yes", "do not ask")
    .option("--confirm <stack>", "the stack's name: prod needs it with --yes")
    .action((key: string | undefined, options: RestoreOptions) => interruptible((signal) => restore(key, options, dependencies, signal)));
}

function withStack(command: Command): Command {
  return command
    .addOption(new Option("--stack <stack>", "the environment").choices(stackNames).makeOptionMandatory())
    .option("--cloud", "act on the real cloud instead of the sandbox")
    .option("--json", "only the result, as JSON, on stdout")
    .option("--debug", "show stack traces");
}

async function versions(key: string, options: FilesOptions, dependencies: FilesDependencies): Promise<void> {
  const [history] = await load(await open(options, dependencies), { key });
  if (history === undefined || history.entries.length === 0) throw neverExisted(key, options.stack);
  const rows = history.entries.map((entry, index) => ({
    time: entry.time.toISOString(),
    what: entry.kind,
    ...(entry.kind === "version" ? { etag: entry.etag, size: entry.size, copies: entry.copies.length } : {}),
    present: index === history.entries.length - 1 && entry.kind === "version",
  }));
  if (options.json) return print({ stack: options.stack, key, entries: rows });
  const cells = rows.map(({ time, what, size, etag, present }) => [time, what === "deleted" ? "deleted" : present ? "present" : "version", size === undefined ? "" : String(size), etag ?? ""]);
  process.stdout.write(`${table([["from", "what", "bytes", "etag"], ...cells])}\n`);
}

async function restore(key: string | undefined, options: RestoreOptions, dependencies: FilesDependencies, signal: AbortSignal): Promise<void> {
  try {
    await restoreUntil(signal, key, options, dependencies);
  } catch (error) {
    if (!signal.aborted || error instanceof NotAnswered || error instanceof Interrupted) throw error;
    throw new Interrupted("CHI-F118", signalOf(signal), "nothing was changed; type the same command again");
  }
}

/** @throws CHI-F118 when somebody ended it while files were changed */
async function restoreUntil(signal: AbortSignal, key: string | undefined, options: RestoreOptions, dependencies: FilesDependencies): Promise<void> {
  const { stack, prefix } = options;
  if ((key === undefined) === (prefix === undefined)) {
    throw new Error(`CHI-F110 ${key === undefined ? "neither a key nor --prefix is" : "a key and --prefix are both"} given: npx chisan files restore <key> --at <time> --stack ${stack}, or --prefix <prefix>`);
  }
  const { gateway, clockAhead } = await open(options, dependencies, signal);
  const now = (dependencies.now ?? Date.now)() + clockAhead * 1000;
  const at = momentOf(options.at, now);
  if (at.getTime() > now) throw new Error(`CHI-F111 ${at.toISOString()} is in the future, it is ${new Date(now).toISOString()}: give a time that has been`);
  const which: Which = key === undefined ? { prefix: prefix as string } : { key };
  const histories = await load({ gateway }, which);
  const plan = planFiles(histories, at, options.exact === true);
  if (key !== undefined) refuseAbsent(key, histories[0], plan[0], options, at);
  if (plan.length === 0) throw new Error(`CHI-F112 no file under "${String(prefix)}" is or was in ${stack}: look at the prefix`);
  for (const line of planInWords(plan, at)) say(line);
  const changes = plan.filter(({ action }) => action === "restore" || action === "delete");
  if (options.dryRun || changes.length === 0) {
    if (options.json) print({ stack, at: at.toISOString(), dryRun: options.dryRun === true, plan: plan.map(shown) });
    return;
  }
  await confirm(changes, options, signal);
  const result = await carryOut(gateway, plan, progressLine(), signal);
  const changed = result.restored.length + result.deleted.length + result.failed.length;
  if (signal.aborted && changed < changes.length) throw new Interrupted("CHI-F118", signalOf(signal), standsAfter(result, changes.length, carriesOn(key, at, options)));
  if (options.json) print({ stack, at: at.toISOString(), dryRun: false, plan: plan.map(shown), ...result });
  say(`Restored ${result.restored.length}, deleted ${result.deleted.length}, failed ${result.failed.length}; what they were before is kept as versions`);
  for (const { key: failed, error } of result.failed) say(`  ${failed}: ${error}`);
  const lost = plan.filter(({ action }) => action === "lost").length;
  if (result.failed.length + lost > 0) throw new Error(`CHI-F113 ${result.failed.length + lost} of ${changes.length + lost} files are not as they were at ${at.toISOString()}: run the same command again`);
}

/** Not what was typed: "10m ago" is another moment when it is typed again. */
function carriesOn(key: string | undefined, at: Date, { stack, prefix, exact, yes, confirm: named, cloud }: RestoreOptions): string {
  const which = key === undefined ? `--prefix '${String(prefix)}'` : `'${key}'`;
  const said = [exact === true && "--exact", yes === true && "--yes", named !== undefined && `--confirm ${named}`, cloud === true && "--cloud"].filter((each) => each !== false);
  return ["npx chisan files restore", which, `--at ${at.toISOString()} --stack ${stack}`, ...said].join(" ");
}

function standsAfter({ restored, deleted, failed }: RestoreResult, all: number, command: string): string {
  const done = restored.length + deleted.length;
  return `${done} of ${all} files are as they were${failed.length === 0 ? "" : `, ${failed.length} could not be`}, of those that were under way some may be too; no version is lost; type this, it puts all of them back, and once more those that were: ${command}`;
}

/** @throws CHI-F114 to CHI-F116: one file that cannot be restored is an error, not an empty plan */
function refuseAbsent(key: string, history: FileHistory | undefined, plan: PlannedFile | undefined, { stack, exact }: RestoreOptions, at: Date): void {
  if (history === undefined || plan === undefined || history.entries.length === 0) throw neverExisted(key, stack);
  const look = `npx chisan files versions '${key}' --stack ${stack}`;
  if (plan.action === "lost") throw new Error(`CHI-F116 "${key}" cannot be restored: ${plan.why}; nothing was changed: ${look}`);
  if ((plan.action === "absent" || plan.action === "leave") && exact !== true) {
    throw new Error(`CHI-F115 "${key}" was not there at ${at.toISOString()} (${plan.why}); nothing was changed: take another time (${look})${plan.action === "leave" ? ", or --exact to delete it" : ""}`);
  }
}

function neverExisted(key: string, stack: StackName): Error {
  return new Error(`CHI-F114 "${key}" is not in ${stack} and never was, or its last version is purged: look at the key; it is the one in the bucket, without a first "/"`);
}

function load({ gateway }: Pick<Opened, "gateway">, which: Which): Promise<FileHistory[]> {
  const line = progressLine();
  return loadHistories(gateway, which, (names) => line(names));
}

interface Opened {
  readonly gateway: GatewayClient;
  /** Seconds that the gateway's clock is ahead of this machine's. */
  readonly clockAhead: number;
}

async function open({ stack, cloud }: FilesOptions, { access, gateway = (given, ending) => new GatewayClient(given, fetch, undefined, ending) }: FilesDependencies, signal?: AbortSignal): Promise<Opened> {
  const given = await access(stack, cloud === true || process.env["CHISAN_TARGET"] === "cloud");
  return { gateway: gateway(given, signal), clockAhead: given.clockAhead ?? 0 };
}

/** @throws CHI-F117 when nobody confirmed */
async function confirm(changes: readonly PlannedFile[], { stack, yes, confirm: named }: RestoreOptions, signal: AbortSignal): Promise<void> {
  const overwritten = changes.filter((file) => "replaces" in file && file.replaces !== undefined).length;
  if (named !== undefined && named !== stack) throw new Error(`CHI-F117 --confirm says "${named}", the stack is "${stack}", nothing was changed`);
  if (named === stack || (yes === true && stack !== "prod")) return;
  const how = stack === "prod" ? "--yes --confirm prod" : "--yes";
  if (!process.stdin.isTTY || yes === true) throw new Error(`CHI-F117 this changes ${changes.length} files of ${stack} (${overwritten} that are there now) and nobody confirmed, nothing was changed: add ${how}`);
  const typed = await askPerson(`This changes ${changes.length} files of ${stack}, ${overwritten} of which are there now. Type the stack's name to go on: `, signal);
  if (typed !== stack) throw new Error(`CHI-F117 "${typed}" is not "${stack}", nothing was changed: add ${how}`);
}

const planWords = { restore: "restore", same: "as it was", delete: "delete", leave: "leave alone", absent: "absent", lost: "cannot" } as const;
/** Lines of one kind that are said; more are counted. */
const mostLines = 20;

function planInWords(plan: readonly PlannedFile[], at: Date): string[] {
  const lines = [`At ${at.toISOString()}:`];
  for (const [action, words] of Object.entries(planWords)) {
    const files = plan.filter((file) => file.action === action);
    const detail = (file: PlannedFile) => ("why" in file ? ` (${file.why})` : file.action === "restore" ? ` from ${file.version.time.toISOString()}, ${file.version.size} bytes` : "");
    lines.push(...files.slice(0, mostLines).map((file) => `  ${words}: ${file.key}${detail(file)}`));
    if (files.length > mostLines) lines.push(`  ${words}: ${files.length - mostLines} more`);
  }
  return lines;
}

function shown(file: PlannedFile): Record<string, unknown> {
  const { key, action } = file;
  return { key, action, ...("why" in file ? { why: file.why } : {}), ...(file.action === "restore" ? { version: file.version.time.toISOString(), etag: file.version.etag, size: file.version.size } : {}) };
}

/** One line rewritten on a terminal, a line every 5 s otherwise. */
function progressLine(): (done: number, of?: number) => void {
  let last = Date.now();
  return (done, of) => {
    const text = of === undefined ? `${done} names read` : `${done} of ${of} files`;
    if (process.stderr.isTTY) process.stderr.write(`\r\u001b[K${text}${done === of ? "\n" : ""}`);
    else if (Date.now() - last >= 5000) {
      last = Date.now();
      say(text);
    }
  };
}

/** In the place of the progress, where that is one rewritten line. */
function say(line: string): void {
  process.stderr.write(`${process.stderr.isTTY ? "\r\u001b[K" : ""}${line}\n`);
}

function print(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value)}\n`);
}
