import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { builtinModules } from "node:module";
import { join } from "node:path";
import { buildSync } from "esbuild";

const root = join(__dirname, "..", "..");
const read = (file: string) => readFileSync(join(root, file), "utf8");

/** The instructions, continued lines joined, without comments: all of Dockerfile's syntax that ours uses. */
const instructions = read("ops/image/Dockerfile")
  .replace(/^\s*#.*\n/gm, "")
  .replace(/\\\n\s*/g, "")
  .split("\n")
  .filter((line) => line.trim() !== "")
  .map((line) => ({ name: line.slice(0, line.indexOf(" ")), rest: line.slice(line.indexOf(" ") + 1) }));
const restOf = (name: string) => instructions.filter((each) => each.name === name).map(({ rest }) => rest);
const lastStage = instructions.slice(instructions.map(({ name }) => name).lastIndexOf("FROM"));

/** What a COPY takes from the context; nothing for one that takes from another stage. */
function sourcesOf(stage: typeof instructions): string[] {
  return stage
    .filter(({ name, rest }) => name === "COPY" && !rest.startsWith("--from="))
    .flatMap(({ rest }) => rest.split(" ").slice(0, -1));
}
const copied = sourcesOf(lastStage);
const committed = execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard"], { cwd: root, encoding: "utf8" })
  .trim()
  .split("\n");

/** Docker's patterns: `*` within a name (a leading dot too), `**` over folders; what matches a folder matches all in it. */
function patternOf(rule: string): RegExp {
  const parts = rule
    .split(/(\*\*\/|\*)/)
    .map((part) => (part === "**/" ? "(?:.*/)?" : part === "*" ? "[^/]*" : part.replace(/[.+?^${}()|[\]\\]/g, "\\$&")));
  return new RegExp(`^${parts.join("")}(?:/.*)?$`);
}

const rules = read("ops/image/Dockerfile.dockerignore")
  .split("\n")
  .filter((line) => line !== "" && !line.startsWith("#"))
  .map((line) => ({ sends: line.startsWith("!"), pattern: patternOf(line.replace(/^!/, "")) }));

/** Whether the context holds a file: the last line that matches decides. */
const isSent = (file: string): boolean => rules.filter(({ pattern }) => pattern.test(file)).at(-1)?.sends ?? true;

/** Everything that the tool and the Pulumi program load, as a bundler finds it. */
const { metafile } = buildSync({
  absWorkingDir: root,
  entryPoints: ["ops/main.ts", "index.ts"],
  outdir: "unused",
  bundle: true,
  write: false,
  metafile: true,
  platform: "node",
  packages: "external",
  logLevel: "silent",
});

test("the instructions are those that this test understands", () => {
  expect(new Set(instructions.map(({ name }) => name))).toEqual(
    new Set(["ARG", "FROM", "WORKDIR", "COPY", "RUN", "ENV", "USER", "ENTRYPOINT"]),
  );
});

test("the base is Node 20 on the Debian that has PostgreSQL 15, by version, the same for both stages, and may be pinned by digest", () => {
  const [base] = restOf("ARG");
  expect(base).toMatch(/^NODE_IMAGE=node:20\.\d+\.\d+-bookworm-slim$/);
  expect(restOf("FROM")).toEqual(["${NODE_IMAGE} AS build", "${NODE_IMAGE}"]);
  const [, major, minor] = /node:(\d+)\.(\d+)/.exec(base ?? "") ?? [];
  const { engines } = JSON.parse(read("package.json")) as { engines: { node: string } };
  expect(engines.node).toBe(">=20.19 <21");
  expect([Number(major), Number(minor) >= 19]).toEqual([20, true]);
  expect(restOf("RUN").join("\n")).toContain("postgresql-client-15");
});

test("every path that is copied is in the repository, and is sent to the build", () => {
  for (const source of sourcesOf(instructions)) {
    const files = committed.filter((file) => file === source || file.startsWith(`${source}/`));
    expect([source, files.length > 0, files.some(isSent)]).toEqual([source, true, true]);
  }
});

test("whatever the tool and the Pulumi program load is copied, and sent", () => {
  const loaded = Object.keys(metafile.inputs);
  expect(loaded.length).toBeGreaterThan(50);
  expect(loaded.filter((file) => !copied.some((source) => file === source || file.startsWith(`${source}/`)) || !isSent(file))).toEqual([]);
});

test("the packages that they load are installed without the development ones", () => {
  const { dependencies } = JSON.parse(read("package.json")) as { dependencies: Record<string, string> };
  const packages = Object.values(metafile.inputs)
    .flatMap(({ imports }) => imports)
    .filter(
      ({ external, path }) => external === true && !path.startsWith(".") && !path.startsWith("node:") && !builtinModules.includes(path),
    )
    .map(({ path }) =>
      path
        .split("/")
        .slice(0, path.startsWith("@") ? 2 : 1)
        .join("/"),
    );
  const lock = JSON.parse(read("package-lock.json")) as { packages: Record<string, { dev?: boolean }> };
  expect(packages.length).toBeGreaterThan(5);
  expect([...new Set(packages)].filter((name) => !(name in dependencies) || lock.packages[`node_modules/${name}`]?.dev === true)).toEqual(
    [],
  );
  expect(restOf("RUN")).toContain("npm ci --omit=dev");
});

test("no file that may hold a secret is sent, nor anything that git ignores", () => {
  for (const file of [
    ".env",
    ".env.local",
    "ops/.env.prod",
    "Pulumi.prod.yaml",
    "Pulumi.staging.yaml",
    ".chisan/engine/pulumi",
    "node_modules/a/b.js",
    ".git/config",
    "sdks/vercel/index.ts",
  ]) {
    expect([file, isSent(file)]).toEqual([file, false]);
  }
  // A drill opens the kit as an engineer would; it is ciphertext.
  for (const file of ["recovery/prod.kit.age", "ops/main.ts", "components/backup-vault.ts", ".npmrc", "sandbox/schemas/vercel.json"])
    expect([file, isSent(file)]).toEqual([file, true]);
  expect(isSent("components/backup-vault.test.ts")).toBe(false);
  // What a drill writes is the user's, and nothing that runs is.
  expect(restOf("RUN").join("\n")).toContain("chown --recursive node:node .chisan/cache .chisan/dr Pulumi.chisan-dr.yaml");
  // Neither is one built in.
  expect(restOf("ARG").concat(restOf("ENV")).join("\n")).not.toMatch(/SECRET|TOKEN|PASSWORD|_KEY/i);
});

test("it runs the operator's tool, without a shell, as a user that is not root", () => {
  const entry = JSON.parse(restOf("ENTRYPOINT")[0] ?? "[]") as string[];
  expect(entry).toEqual(["node", "ops/chisan.cjs"]);
  expect(existsSync(join(root, entry[1] ?? ""))).toBe(true);
  const user = lastStage.findIndex(({ name }) => name === "USER");
  expect(lastStage[user]?.rest).toMatch(/^[1-9]\d*:[1-9]\d*$/);
  // And nothing runs, or is copied, after it.
  expect(lastStage.slice(user + 1).map(({ name }) => name)).toEqual(["ENTRYPOINT"]);
});
