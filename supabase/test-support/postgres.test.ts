import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client } from "pg";
import { defaultSearch, findPostgres, findPostgresClient } from "../postgres-binaries";
import { startPostgres } from "./postgres";

jest.setTimeout(60_000);

test("a cluster answers as PostgreSQL 15 through the socket, and over TCP with the password only", async () => {
  const cluster = await startPostgres();
  try {
    const client = await cluster.connect();
    const { rows } = await client.query(
      "select current_setting('server_version_num')::int / 10000 as version, current_setting('listen_addresses') as addresses, current_user as name",
    );
    await client.end();
    expect(rows).toEqual([{ version: 15, addresses: "127.0.0.1", name: "supabase_admin" }]);

    const address = { host: "127.0.0.1", port: cluster.port, user: "supabase_admin", database: "postgres" };
    const known = new Client({ ...address, password: cluster.password });
    await known.connect();
    await known.end();
    const unknown = new Client({ ...address, password: "wrong" });
    await expect(unknown.connect()).rejects.toThrow("password authentication failed");
  } finally {
    await cluster.stop();
  }
  expect(existsSync(cluster.socketDirectory)).toBe(false);
  await expect(cluster.connect()).rejects.toThrow();
  await cluster.stop();
});

/** Starts a process that starts a cluster, and waits until it names the folder. */
async function startElsewhere(): Promise<{ child: ChildProcess; pid: number; directory: string }> {
  const program = `require(${JSON.stringify(join(__dirname, "postgres.ts"))}).startPostgres().then((cluster) => console.log(cluster.socketDirectory + " up"))`;
  const child = spawn(process.execPath, ["--require", "tsx/cjs", "--eval", program], {
    cwd: __dirname,
    stdio: ["ignore", "pipe", "inherit"],
    detached: true,
  });
  const directory = await new Promise<string>((resolve, reject) => {
    let text = "";
    child.stdout.on("data", (chunk: Buffer) => {
      text += chunk.toString();
      const match = /^(.*) up$/m.exec(text);
      if (match?.[1] !== undefined) {
        resolve(match[1]);
      }
    });
    child.once("exit", () => reject(new Error("ended before its cluster was up")));
  });
  if (child.pid === undefined) {
    throw new Error("could not be started");
  }
  return { child, pid: child.pid, directory };
}

test.each([
  ["SIGINT", "alone"],
  ["SIGKILL", "alone"],
  ["SIGINT", "with its children, as Ctrl-C does"],
  ["SIGTERM", "with its children"],
] as const)("nothing is left when the process that started it gets %s %s", async (signal, whom) => {
  const { child, pid, directory } = await startElsewhere();
  const server = Number(readFileSync(join(directory, "data", "postmaster.pid"), "utf8").split("\n")[0]);
  const ended = new Promise((resolve) => child.once("exit", resolve));
  process.kill(whom === "alone" ? pid : -pid, signal);
  await ended;
  const left = () => [directory, `/proc/${server}`].filter((path) => existsSync(path));
  for (let attempt = 0; attempt < 400 && left().length > 0; attempt += 1) {
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  expect(left()).toEqual([]);
});

test("a server that cannot start says why, and leaves nothing", async () => {
  const binaries = mkdtempSync(join(tmpdir(), "chisan-no-postgres-"));
  try {
    await expect(startPostgres(binaries)).rejects.toThrow(/CHI-M303 initdb failed/);
  } finally {
    rmSync(binaries, { recursive: true });
  }
});

test("without PostgreSQL 15 the error says what was found and how to install it", () => {
  expect(() => findPostgres({ directories: ["/nonexistent"] })).toThrow(
    /^CHI-M301 PostgreSQL 15 is needed, found none; sudo apt-get install postgresql-15/,
  );
});

test("PG_CONFIG comes first", () => {
  const first = defaultSearch({ PG_CONFIG: "/nonexistent/pg_config", PATH: "/somewhere" }).directories;
  expect(first).not.toContain("/nonexistent");
  expect(first.at(-1)).toBe("/somewhere");
});

test("the client programs are enough where only they are", () => {
  const server = findPostgres();
  const folder = mkdtempSync(join(tmpdir(), "chisan-client-"));
  try {
    for (const program of ["pg_dump", "pg_restore", "psql"]) symlinkSync(join(server, program), join(folder, program));
    expect(findPostgresClient({ directories: ["/nonexistent", folder] })).toBe(folder);
    expect(() => findPostgres({ directories: [folder] })).toThrow("CHI-M301");
    expect(() => findPostgresClient({ directories: ["/nonexistent"] })).toThrow("apt-get install postgresql-client-15");
  } finally {
    rmSync(folder, { recursive: true });
  }
});
