/** A cluster as the vendor hands one over, made once for each content of the outline and copied for each project. */
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, readdirSync, renameSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { applyDatabaseOutline, applyRoleOutline, outlineFiles } from "../../../supabase/outline";
import { makeCertificate } from "./certificate";
import { Cluster, superuser } from "./cluster";
import { randomPassword } from "./random-password";
import { freePort } from "./free-port";
import { identityOfServers, makeOwned, writeOwned } from "./owned-files";

/** Templates that nothing has used for so long are of an older outline, milliseconds. */
const unusedLimit = 7 * 86_400_000;

/** Part of a template's name; raise it when the way to make one changes. */
const recipe = 1;

/**
 * The data directory to copy, in the folder of templates; made when it is not there (about 2 s). Two at once make it twice, and one is
 * kept.
 *
 * @param home an existing folder, which the server's user can reach
 * @throws CHI-S205 with initdb's words
 */
export async function templateIn(home: string, binaries: string): Promise<string> {
  const name = `template-${contentName(binaries)}`;
  const directory = join(home, name);
  if (!existsSync(directory)) await makeTemplate(home, directory, binaries);
  return join(directory, "data");
}

function contentName(binaries: string): string {
  const hash = createHash("sha256").update(`${recipe}\0${binaries}\0`);
  // The server's own file: another minor version may come with other catalogues of extensions.
  const { size, mtimeMs } = statSync(join(binaries, "postgres"));
  hash.update(`${size}\0${mtimeMs}\0`);
  for (const file of outlineFiles()) hash.update(readFileSync(file)).update("\0");
  return hash.digest("hex").slice(0, 16);
}

async function makeTemplate(home: string, directory: string, binaries: string): Promise<void> {
  const draft = `${directory}.draft-${process.pid}-${Date.now()}`;
  makeOwned(draft);
  try {
    await initialise(draft, binaries);
    await makeCertificate(draft);
    const cluster = new Cluster({ directory: draft, port: await freePort(), durable: false, binaries });
    await cluster.start();
    try {
      const client = await cluster.connect();
      try {
        await applyRoleOutline(client);
        await client.query("alter database postgres owner to postgres");
        await applyDatabaseOutline(client);
      } finally {
        await client.end();
      }
    } finally {
      await cluster.stop();
    }
    for (const each of ["server.key", "server.crt", "superuser-password", "log"]) rmSync(join(draft, each));
    try {
      renameSync(draft, directory);
    } catch (error) {
      if (!["ENOTEMPTY", "EEXIST"].includes((error as NodeJS.ErrnoException).code ?? "")) throw error;
    }
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
  for (const each of readdirSync(home)) {
    const path = join(home, each);
    if (each.startsWith("template-") && path !== directory && Date.now() - statSync(path).mtimeMs > unusedLimit) rmSync(path, { recursive: true, force: true });
  }
}

async function initialise(directory: string, binaries: string): Promise<void> {
  const passwordFile = join(directory, "superuser-password");
  writeOwned(passwordFile, `${randomPassword()}\n`);
  const { code, words } = await run(join(binaries, "initdb"), [
    ...["--pgdata", join(directory, "data"), "--username", superuser, "--pwfile", passwordFile, "--auth", "scram-sha-256"],
    ...["--encoding", "UTF8", "--locale", "C.UTF-8", "--data-checksums", "--no-sync", "--no-instructions"],
  ]);
  if (code !== 0) throw new Error(`CHI-S205 initdb failed (${words.trim().split("\n").at(-1)}): df ${directory}`);
}

/** Runs a program as the server's user. `input` reaches its standard input. */
export function run(program: string, args: readonly string[], input = ""): Promise<{ code: number | null; words: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      ...identityOfServers(),
      cwd: "/",
      stdio: ["pipe", "ignore", "pipe"],
      env: { PATH: process.env["PATH"], LANG: "C.UTF-8" },
    });
    let words = "";
    child.stderr.on("data", (chunk: Buffer) => (words += chunk.toString()));
    child.once("error", reject);
    child.once("close", (code) => resolve({ code, words }));
    // A program that ended without reading tells why by its code and its words.
    child.stdin.once("error", () => undefined);
    child.stdin.end(input);
  });
}
