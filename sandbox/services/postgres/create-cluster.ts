import { existsSync, renameSync, rmSync } from "node:fs";
import { platform } from "node:os";
import { dirname, join } from "node:path";
import { escapeLiteral } from "pg";
import { findPostgres } from "../../../supabase/postgres-binaries";
import { makeCertificate } from "./certificate";
import { Cluster, type ClusterOptions, owner, ownerVerifierFileName, superuser } from "./cluster";
import { makeOwned, writeOwned } from "./owned-files";
import { randomPassword } from "./random-password";
import { scramVerifier } from "./scram";
import { run, templateIn } from "./template";

export interface NewClusterOptions extends ClusterOptions {
  /** Of the role `postgres`, the project's owner. */
  readonly password: string;
  /** Where templates are kept; an existing folder, which the server's user can reach. */
  readonly templates: string;
}

/**
 * Makes a cluster as the vendor hands one over: Supabase's roles and schemas in outline, a password, a certificate. It does not run yet.
 * The folder is there whole or not at all.
 *
 * @param options the folder above `directory` must exist
 * @throws CHI-S203, CHI-S205; CHI-S207 when the template cannot be copied, CHI-S208 when the passwords cannot be set
 */
export async function createCluster(options: NewClusterOptions): Promise<Cluster> {
  const { directory, password, templates, durable = true, binaries = findPostgres() } = options;
  if (existsSync(directory)) throw new Error(`CHI-S207 ${directory} is there already: npx chisan sandbox reset --yes`);
  const template = await templateIn(templates, binaries);
  const draft = `${directory}.draft`;
  rmSync(draft, { recursive: true, force: true });
  makeOwned(draft);
  const data = join(draft, "data");
  // Blocks are shared with the template where the file system can.
  const copied = await run("cp", ["-R", ...(platform() === "linux" ? ["--reflink=auto"] : []), template, data]);
  if (copied.code !== 0) throw new Error(`CHI-S207 the database in ${directory} could not be made (${copied.words.trim()}): df ${dirname(directory)}`);
  const superuserPassword = randomPassword();
  writeOwned(join(draft, "superuser-password"), `${superuserPassword}\n`);
  const verifiers = { [superuser]: scramVerifier(superuserPassword), [owner]: scramVerifier(password) };
  writeOwned(join(draft, ownerVerifierFileName), verifiers[owner] ?? "");
  const statements = Object.entries(verifiers).map(([role, verifier]) => `alter role ${role} password ${escapeLiteral(verifier)}\n`);
  // A server for one user, which listens nowhere: nobody can connect before the password is the project's own.
  const single = await run(join(binaries, "postgres"), ["--single", "-D", data, "-c", "ssl=off", "-c", "log_min_messages=warning", "postgres"], statements.join(""));
  if (single.code !== 0 || /ERROR|FATAL|PANIC/.test(single.words)) {
    throw new Error(`CHI-S208 the passwords of the database in ${directory} could not be set (${single.words.trim().split("\n").at(-1)}): df ${dirname(directory)}`);
  }
  await makeCertificate(draft);
  if (durable) await run(join(binaries, "initdb"), ["--sync-only", "--pgdata", data]);
  renameSync(draft, directory);
  return new Cluster({ ...options, binaries });
}
