/**
 * Keeps one `.env` file on the developer's machine: written with mode 0600, restored when it was changed or deleted, and removed only when
 * it is ours. It runs in Pulumi's process for dynamic providers, and is loaded from here by states that were written long ago.
 *
 * A file is ours when its first line is the first line of what we wrote: the header that says so to the reader, too.
 */
import { closeSync, fchmodSync, fsyncSync, lstatSync, openSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type DynamicProvider, isUnknown } from "./dynamic-resource";

export interface EnvLocalFileInputs {
  /** From the project's folder, so that the state is the same on every machine. */
  readonly path: string;
  /** Its first line is the header by which the file is recognised later. */
  readonly content: string;
}

export interface EnvLocalFileOutputs extends EnvLocalFileInputs {
  /** Permissions in octal: `0600`. */
  readonly mode: string;
}

const ownerOnly = 0o600;

/** What is in the state for a file that somebody else wrote: its text is none of ours to keep. */
const foreign = "(another file)";

/** @param root the folder that paths start from */
export function envLocalFileProvider(root: string): DynamicProvider<EnvLocalFileInputs, EnvLocalFileOutputs> {
  return {
    async check(olds, news) {
      const found = failures(news);
      // Said in the preview already, where it can be told.
      if (found.length === 0 && isInTheWay(root, news, olds)) found.push({ property: "path", reason: refusal(news.path) });
      return { inputs: news, failures: found };
    },
    async create(inputs) {
      return { id: inputs.path, outs: write(root, inputs, [inputs.content]) };
    },
    async read(id, properties) {
      const { path, content } = properties as EnvLocalFileOutputs;
      const file = look(root, path);
      // An empty id tells the engine that it is gone.
      if (file === undefined) return { id: "", props: properties };
      return { id, props: { path, content: ownText(file, [content]) ?? foreign, mode: file.mode } };
    },
    async diff(_id, olds, news) {
      if (isUnknown(news)) return { changes: true };
      if (olds.path !== news.path) return { changes: true, replaces: ["path"] };
      // Compared with the file itself too, so that a plain `pulumi up` restores it without a refresh before.
      const file = look(root, news.path);
      const intact = file !== undefined && file.content === news.content && file.mode === octal(ownerOnly);
      return { changes: !intact || olds.content !== news.content || olds.mode !== octal(ownerOnly) };
    },
    async update(_id, olds, news) {
      return { outs: write(root, news, [news.content, olds.content]) };
    },
    async delete(_id, { path, content }) {
      const file = look(root, path);
      if (file !== undefined && ownText(file, [content]) !== undefined) rmSync(join(root, path));
      rmSync(temporary(root, path), { force: true });
    },
  };
}

export const provider = envLocalFileProvider(process.cwd());

/** Only names that .gitignore covers, and only a header by which the file can be recognised. */
function failures({ path, content }: EnvLocalFileInputs): { property: string; reason: string }[] {
  const found: { property: string; reason: string }[] = [];
  if (!isUnknown(path) && !/^\.env(?:\.[a-z0-9]+)+$/.test(path)) {
    found.push({
      property: "path",
      reason: `CHI-C702 "${path}" is not a file such as .env.local in the project's folder, which .gitignore covers`,
    });
  }
  if (!isUnknown(content) && !header.test(content)) {
    found.push({
      property: "content",
      reason: "CHI-C703 the content has no header: its first line must be a comment of 20 characters or more",
    });
  }
  return found;
}

interface File {
  /** Undefined for what is no regular file: a link, a folder. */
  readonly content?: string;
  readonly mode: string;
}

function look(root: string, path: string): File | undefined {
  const file = join(root, path);
  const status = lstatSync(file, { throwIfNoEntry: false });
  if (status === undefined) return undefined;
  return { mode: octal(status.mode & 0o777), ...(status.isFile() ? { content: readFileSync(file, "utf8") } : {}) };
}

function octal(mode: number): string {
  return mode.toString(8).padStart(4, "0");
}

/** The file's text when it is ours: when it begins as one of the texts that we wrote, or are about to write. */
function ownText({ content }: File, written: readonly string[]): string | undefined {
  return content !== undefined && written.some((text) => header.test(text) && content.startsWith(firstLine(text))) ? content : undefined;
}

const header = /^# .{20,}\n/;

function firstLine(text: string): string {
  return text.slice(0, text.indexOf("\n") + 1);
}

function refusal(path: string): string {
  return `CHI-C701 ${path} was not written by this project and would be overwritten; move it away with: mv ${path} ${path}.own`;
}

/** Whether there is certainly a file of somebody else's. While the content is unknown, only a file without any header is certain. */
function isInTheWay(root: string, { path, content }: EnvLocalFileInputs, olds: Partial<EnvLocalFileInputs>): boolean {
  const file = isUnknown(path) ? undefined : look(root, path);
  if (file === undefined) return false;
  if (isUnknown(content)) return !header.test(file.content ?? "");
  return ownText(file, [content, olds.content ?? ""]) === undefined;
}

/** @throws CHI-C701 when there is a file that is not ours */
function write(root: string, { path, content }: EnvLocalFileInputs, written: readonly string[]): EnvLocalFileOutputs {
  const file = look(root, path);
  if (file !== undefined && ownText(file, written) === undefined) {
    throw new Error(`CHI-C701 ${path} was not written by this project and would be overwritten; move it away with: mv ${path} ${path}.own`);
  }
  const target = join(root, path);
  const partial = temporary(root, path);
  // A run that was killed may have left it; "wx" below would refuse it, and so would refuse a link that somebody put there.
  rmSync(partial, { force: true });
  const descriptor = openSync(partial, "wx", ownerOnly);
  try {
    // The process's umask may have taken away more.
    fchmodSync(descriptor, ownerOnly);
    writeFileSync(descriptor, content);
    fsyncSync(descriptor);
  } catch (error) {
    rmSync(partial, { force: true });
    throw error;
  } finally {
    closeSync(descriptor);
  }
  // Readers see the old file or the new one, never a part; and at no time more than the owner can read it.
  renameSync(partial, target);
  return { path, content, mode: octal(ownerOnly) };
}

/** One fixed name, so that no killed run leaves a second copy of the secrets. It begins with `.env`, which .gitignore covers. */
function temporary(root: string, path: string): string {
  return join(root, `${path}.partial`);
}
