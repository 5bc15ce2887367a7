import type { ArchiveEntry } from "./archive-entries";
import { comparable } from "./compare";
import { copyRows } from "./cron-jobs";
import { keepRest, parseList } from "./load-rest";
import { createdRoles } from "./roles";
import { selectEntries, type TargetObjects } from "./select-entries";
import { isManagedSchema, outgoingTrigger, rowsRule } from "./vendor";

const target: TargetObjects = {
  schemas: new Set(["public", "auth", "storage", "supabase_migrations"]),
  extensions: new Set(["pgcrypto"]),
  availableExtensions: new Set(["pgcrypto", "pg_trgm", "pg_net"]),
  relations: new Set(["auth.users", "supabase_migrations.schema_migrations"]),
  triggers: new Set(["auth.users theirs"]),
  policies: new Set(),
  publications: new Set(["supabase_realtime"]),
  ownerRoles: new Set(["postgres"]),
};

let ids = 0;
function entry(type: string, schema: string, name: string, more: Partial<ArchiveEntry> = {}): ArchiveEntry {
  ids += 1;
  return { id: ids, type, schema, name, owner: "postgres", dependencies: [], sql: "", bareSql: more.sql ?? "", ...more };
}

function keptOf(...entries: ArchiveEntry[]): string[] {
  return selectEntries(entries, target).kept.map(({ entry: { type, schema, name }, refusable }) => `${type} ${schema}.${name}${refusable ? "?" : ""}`);
}

test("what the vendor makes is left to it; what is ours on its tables is tried", () => {
  const ours = { owner: "supabase_auth_admin", sql: "CREATE TRIGGER x AFTER INSERT ON auth.users FOR EACH ROW EXECUTE FUNCTION private.f();" };
  const theirs = { owner: "supabase_auth_admin", sql: "CREATE TRIGGER y AFTER INSERT ON auth.users FOR EACH ROW EXECUTE FUNCTION auth.f();" };
  expect(
    keptOf(
      entry("SCHEMA", "", "auth"), entry("SCHEMA", "", "private"), entry("TABLE", "auth", "users"), entry("ACL", "auth", "TABLE users"), entry("ACL", "", "SCHEMA auth"), entry("ACL", "", "SCHEMA public"),
      entry("TRIGGER", "auth", "users mirror", ours), entry("TRIGGER", "auth", "users theirs", ours), entry("TRIGGER", "auth", "users newer", theirs), entry("POLICY", "storage", "objects ours"),
      entry("TABLE", "public", "orders"), entry("PUBLICATION", "", "supabase_realtime"), entry("PUBLICATION TABLE", "public", "supabase_realtime orders"), entry("SUBSCRIPTION", "", "s"),
      entry("DEFAULT ACL", "public", "DEFAULT PRIVILEGES FOR TABLES", { owner: "supabase_admin" }), entry("DEFAULT ACL", "public", "DEFAULT PRIVILEGES FOR TABLES"),
      entry("EXTENSION", "", "pgcrypto"), entry("EXTENSION", "", "pg_trgm"), entry("EXTENSION", "", "pg_net"), entry("COMMENT", "", "EXTENSION pg_trgm"), entry("EVENT TRIGGER", "", "theirs", { owner: "supabase_admin" }),
    ),
  ).toEqual([
    "SCHEMA .private", "ACL .SCHEMA public", "TRIGGER auth.users mirror?", "POLICY storage.objects ours?", "TABLE public.orders", "PUBLICATION TABLE public.supabase_realtime orders?", "DEFAULT ACL public.DEFAULT PRIVILEGES FOR TABLES", "EXTENSION .pg_trgm", "EXTENSION .pg_net?",
  ]);
});

test("the CLI's history stays where it is; what it lacks is made", () => {
  const there = entry("TABLE", "supabase_migrations", "schema_migrations");
  const missing = entry("TABLE", "supabase_migrations", "seed_files");
  expect(
    keptOf(there, missing, entry("CONSTRAINT", "supabase_migrations", "a", { dependencies: [there.id] }), entry("CONSTRAINT", "supabase_migrations", "b", { dependencies: [missing.id] })),
  ).toEqual(["TABLE supabase_migrations.seed_files", "CONSTRAINT supabase_migrations.b"]);
});

test("an extension of ours that the server lacks is missed; an owner that is the vendor's is not given", () => {
  const { kept, leftOut } = selectEntries([entry("EXTENSION", "", "postgis"), entry("TABLE", "public", "old", { owner: "supabase_admin", sql: 'CREATE TABLE x;\nALTER TABLE public."ol\nd" OWNER TO supabase_admin;', bareSql: "CREATE TABLE x;" })], target);
  expect(leftOut).toMatchObject([{ what: "extension postgis", missed: true }, { what: "owner of table public.old", missed: false }]);
  expect(kept).toMatchObject([{ owned: false }]);
  const ours = entry("TABLE", "public", "lost", { owner: "our reports", sql: 'CREATE TABLE x;\nALTER TABLE public.lost OWNER TO "our reports";', bareSql: "CREATE TABLE x;" });
  expect(selectEntries([ours], target).leftOut).toMatchObject([{ what: "owner of table public.lost", missed: true }]);
  expect(selectEntries([{ ...ours, bareSql: ours.sql }], target).leftOut).toEqual([]);
  expect(selectEntries([ours], { ...target, ownerRoles: new Set(["our reports"]) })).toMatchObject({ leftOut: [], kept: [{ owned: true }] });
});

test("rows: accounts and stored files are ours; queues, vault and bookkeeping are not", () => {
  const words = (schema: string, table: string) => (typeof rowsRule(schema, table) === "string" ? rowsRule(schema, table) : "left");
  expect([words("public", "x"), words("auth", "users"), words("storage", "objects"), words("cron", "job"), words("supabase_migrations", "schema_migrations")]).toEqual(["restore", "restore", "restore", "schedule", "restore"]);
  expect([words("auth", "schema_migrations"), words("storage", "migrations"), words("vault", "secrets"), words("net", "http_request_queue"), words("realtime", "messages"), words("cron", "job_run_details")]).toEqual(Array(6).fill("left"));
  expect(["supabase_functions", "pg_toast", "vault", "public", "supabase_migrations"].map(isManagedSchema)).toEqual([true, true, true, false, false]);
});

test("a webhook's trigger is told from another", () => {
  expect(outgoingTrigger.test("FOR EACH ROW EXECUTE FUNCTION supabase_functions.http_request('https://x', 'POST')")).toBe(true);
  expect(outgoingTrigger.test("FOR EACH ROW EXECUTE FUNCTION private.touch_updated_at()")).toBe(false);
});

test("of rest.dump, sequences that the target has are kept, whatever is in their names", () => {
  const of = (type: string, schema: string, name: string) => ({ id: 1, type, schema, name });
  const [data, sequence, odd, blobs, comments] = parseList([of("TABLE DATA", "a b", "c"), of("SEQUENCE SET", "auth", "refresh_tokens_id_seq"), of("SEQUENCE SET", "a b", "line\nbreak"), of("BLOBS", "", "BLOBS"), of("COMMENT", "", "LARGE OBJECT 7")]);
  if (data === undefined || sequence === undefined || odd === undefined || blobs === undefined || comments === undefined) throw new Error("nothing parsed");
  expect([data, sequence, odd, blobs, comments].map(({ type }) => type)).toEqual(["TABLE DATA", "SEQUENCE SET", "SEQUENCE SET", "BLOBS", "other"]);
  const sequences = new Set(["a b.line\nbreak"]);
  expect([data, sequence, odd, blobs, comments].map((each) => keepRest(each, sequences, false))).toEqual([true, false, true, true, true]);
});

test("rows of a COPY as pg_restore writes it", () => {
  const script = "SET x;\nCOPY cron.job (jobid, schedule, command, jobname) FROM stdin;\n1\t0 3 * * *\tselect '\\\\x'\\n;\\tend\tnightly\n2\t* * * * *\tselect 1\t\\N\n\\.\n\n--\n";
  expect(copyRows(script)).toEqual([
    { jobid: "1", schedule: "0 3 * * *", command: "select '\\x'\n;\tend", jobname: "nightly" },
    { jobid: "2", schedule: "* * * * *", command: "select 1", jobname: null },
  ]);
  expect(copyRows("SET x;\n")).toEqual([]);
});

test("roles that a text makes, also in do blocks", () => {
  expect(createdRoles('create role a nologin;\ndo $$ begin create role "B ""c"; end $$;\nCREATE ROLE D;')).toEqual(["a", 'B "c', "d"]);
});

test("the order of grants, owners that cannot be given and switched-off webhooks are no difference; all else is", () => {
  const kept = (type: string, sql: string, { bareSql = sql, ...more } = {}) => ({ entry: entry(type, "public", "x", { sql, bareSql }), owned: true, refusable: false, outgoing: false, ...more });
  const equal = (a: ReturnType<typeof kept>, b: ReturnType<typeof kept>, rolesApart: readonly string[] = []) => comparable(a, rolesApart) === comparable(b, rolesApart);
  const off = { outgoing: true };
  const given = 'CREATE a;\nALTER TABLE public."line\nbreak" OWNER TO x;\n';
  expect(equal(kept("ACL", "GRANT a;\nGRANT b;\n"), kept("ACL", "GRANT b;\nGRANT a;\n"))).toBe(true);
  expect(equal({ ...kept("TABLE", given, { bareSql: "CREATE a;\n" }), owned: false }, { ...kept("TABLE", "CREATE a;\n"), owned: false })).toBe(true);
  expect(equal(kept("TABLE", given, { bareSql: "CREATE a;\n" }), kept("TABLE", "CREATE a;\n"))).toBe(false);
  for (const name of ["b", '"line\nbreak"', '"a ""b"" DISABLE TRIGGER c;"']) {
    const switched = `CREATE a;\n\nALTER TABLE public.${name} DISABLE TRIGGER ${name};\n`;
    expect(equal({ ...kept("TRIGGER", switched), ...off }, { ...kept("TRIGGER", "CREATE a;\n"), ...off })).toBe(true);
    expect(equal(kept("TRIGGER", switched), kept("TRIGGER", "CREATE a;\n"))).toBe(false);
    const to = (role: string) => kept("ACL", `GRANT SELECT ON TABLE public.${name} TO anon;\nGRANT ALL ON TABLE public.${name} TO ${role} WITH GRANT OPTION;\n`);
    const without = kept("ACL", `GRANT SELECT ON TABLE public.${name} TO anon;\n`);
    expect([equal(to('"the role; x"'), without, ["the role; x", "other"]), equal(to("other"), without, ["the role; x", "other"]), equal(to("third"), without, ["the role; x", "other"])]).toEqual([true, true, false]);
  }
});
