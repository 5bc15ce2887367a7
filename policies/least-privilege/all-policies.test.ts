/** What holds for every policy of every pack. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import * as envLocalFile from "../../components/env-local-file";
import * as dynamicResources from "../../components/supabase/dynamic-resources";
import * as webAnalytics from "../../components/vercel/web-analytics";
import { dataProtection } from "../data-protection/policies";
import { environmentParity } from "../environment-parity/policies";
import type { Policy } from "../framework/policy";
import { leastPrivilege } from "./policies";

const root = join(__dirname, "..", "..");
const packs = { "environment-parity": environmentParity, "least-privilege": leastPrivilege, "data-protection": dataProtection };
const policies: [string, Policy][] = Object.values(packs).flatMap((pack) => pack.map((policy) => [policy.id, policy] as [string, Policy]));

const schemas = join(root, "sandbox", "schemas");
const modelled = new Set(
  readdirSync(schemas)
    .filter((file) => file !== "replacements.json")
    .flatMap((file) => Object.keys((JSON.parse(readFileSync(join(schemas, file), "utf8")) as { resources?: object }).resources ?? {})),
);

/** In a schema of the sandbox, one of our dynamic resources, or (for what is refused outright, and so never declared) in the vendor's SDK. */
function exists(token: string): boolean {
  const [vendor = "", module = "", name = ""] = token.split(":");
  if (vendor === "pulumi-nodejs") return [dynamicResources, envLocalFile, webAnalytics].some((file) => name in file);
  if (modelled.has(token)) return true;
  const file = join(root, "node_modules", "@pulumi", vendor, `${module}.js`);
  return existsSync(file) && readFileSync(file, "utf8").includes(`'${token}'`);
}

test.each(policies)("%s speaks of types that exist", (_id, policy) => {
  const missing = policy.kind === "stack" || policy.types === "all" || typeof policy.types === "function" ? [] : policy.types.filter((token) => !exists(token));
  expect(missing).toEqual([]);
});

test("so do the sources, where stack policies name theirs", () => {
  const sources = ["least-privilege", "least-privilege/reading", "data-protection", "data-protection/reading"].flatMap((folder) =>
    readdirSync(join(root, "policies", folder))
      .filter((file) => file.endsWith(".ts") && !file.endsWith(".test.ts"))
      .map((file) => readFileSync(join(root, "policies", folder, file), "utf8")),
  );
  const tokens = sources.flatMap((source) => [...source.matchAll(/"([a-z-]+:[\w/-]+:[A-Z]\w+)"/g)].map(([, token]) => token ?? ""));
  expect(tokens.length).toBeGreaterThan(60);
  expect([...new Set(tokens)].filter((token) => !exists(token))).toEqual([]);
});

test("a type that exists nowhere would be found", () => {
  expect(["gcp:storage/buckets:Buckets", "pulumi-nodejs:dynamic/chisan:Nothing", "vercel:index/projects:Projects"].filter(exists)).toEqual(
    [],
  );
});

test.each(policies)("%s says all that a reader needs", (id, { title, why, remediation, section, configuration = {} }) => {
  expect(id).toMatch(/^[a-z0-9]+(?:-[a-z0-9]+)*$/);
  const document = readFileSync(join(root, "docs", "operations-and-infrastructure.md"), "utf8");
  expect(document).toMatch(new RegExp(`^### ${section.replace(".", "\\.")} `, "m"));
  for (const text of [title, why, remediation, ...Object.values(configuration).map(({ description }) => description)]) {
    expect(text.length).toBeGreaterThan(15);
    expect(text).not.toMatch(/\n|\.$/);
  }
});

test.each(policies)("%s names files that exist", (_id, { remediation }) => {
  const named = [...remediation.matchAll(/\b(?:config|components|stacks|policies|supabase|docs)\/[\w./-]*\w\.(?:ts|yaml|md|json)\b/g)].map(
    ([file]) => file,
  );
  expect(named.filter((file) => !existsSync(join(root, file)))).toEqual([]);
});

test("ids are unique over all packs, and each policy has a file and a test of its own", () => {
  const ids = policies.map(([id]) => id);
  expect(ids.filter((id, at) => ids.indexOf(id) !== at)).toEqual([]);
  for (const pack of ["least-privilege", "data-protection"] as const) {
    const files = readdirSync(join(root, "policies", pack));
    for (const { id } of packs[pack]) expect(files).toEqual(expect.arrayContaining([`${id}.ts`, `${id}.test.ts`]));
  }
});
