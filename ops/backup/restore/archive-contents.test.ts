/** The table of contents of archives: of any names, cut anywhere, in pieces of any size; and as this machine's own `pg_dump` writes it. */
import { spawnSync } from "node:child_process";
import { Readable } from "node:stream";
import fc from "fast-check";
import type { PostgresCluster } from "../../../supabase/test-support/postgres";
import { type ContentsEntry, listedContents, parseContents, readContents, whole } from "./archive-contents";
import { readArchive, splitScript } from "./archive-entries";
import { listStream, parseList } from "./load-rest";
import { createOddProject, oddNames, oddRoles } from "./test-support/odd-database";
import { startProjectCluster } from "./test-support/rich-database";
import { writeContents } from "./test-support/write-contents";

const name = fc.oneof(fc.string({ unit: "grapheme" }), fc.constantFrom("a b", "한글", "line\nbreak", "-- Name: x; Type: TABLE", "x; Type: TABLE; Schema: y; Owner: z", "\u2028", ""));
const oid = fc.nat().map(String);
const entry: fc.Arbitrary<ContentsEntry> = fc.record({
  id: fc.integer({ min: 1, max: 2 ** 31 - 1 }),
  classOid: oid,
  oid,
  type: fc.constantFrom("TABLE", "TABLE DATA", "SEQUENCE SET", "FK CONSTRAINT"),
  schema: name,
  name,
  owner: name,
  dependencies: fc.array(fc.nat(), { maxLength: 3 }),
});
const entries = fc.uniqueArray(entry, { selector: ({ id }) => id, maxLength: 8 });
const minor = fc.constantFrom(14, 15, 16);

test("whatever the names hold, each comes back by itself; what follows is not read", () => {
  fc.assert(
    fc.property(entries, minor, fc.uint8Array({ maxLength: 40 }), (list, version, rows) => {
      const contents = writeContents(list, version);
      expect(parseContents(Buffer.concat([contents, rows]))).toEqual({ entries: list, bytes: contents });
    }),
  );
});

test("cut anywhere it is not there yet; in pieces of any size it is read once", async () => {
  await fc.assert(
    fc.asyncProperty(entries, minor, fc.nat(), fc.integer({ min: 1, max: 500 }), async (list, version, cut, size) => {
      const contents = writeContents(list, version);
      const short = contents.subarray(0, cut % contents.length);
      expect(parseContents(short)).toBeUndefined();
      await expect(readContents(Readable.from([short]))).rejects.toThrow("CHI-A051 the archive's table of contents cannot be read: it ends within");
      const pieces: Buffer[] = [];
      for (let at = 0; at < contents.length; at += size) pieces.push(contents.subarray(at, at + size));
      expect((await readContents(Readable.from([...pieces, Buffer.from("rows")]))).entries).toEqual(list);
    }),
    { numRuns: 50 },
  );
});

test("what is no archive, and one of a version or kind that nobody knows here, is refused", () => {
  expect(() => whole(Buffer.from("-- PostgreSQL database dump\n"))).toThrow(/^CHI-A051 the archive's table of contents cannot be read: it is none: npx/);
  for (const version of [13, 17]) expect(() => whole(writeContents([], version))).toThrow(`its format is 1.${version}, and known are 1.14 to 1.16`);
  const tar = writeContents([], 14);
  tar[10] = 3;
  expect(() => whole(tar)).toThrow("the kind 3, not 4 and 1");
});

test("a stream's own error is the one that is thrown", async () => {
  const broken = new Readable({ read() { this.destroy(new Error("CHI-A061 another object")); } });
  await expect(readContents(broken)).rejects.toThrow("CHI-A061 another object");
});

const of = (id: number, more: Partial<ContentsEntry> = {}): ContentsEntry => ({ id, classOid: "2615", oid: "9", type: "SCHEMA", schema: "", name: "a", owner: "postgres", dependencies: [], ...more });

test("a list of pg_restore that names another entry is refused", () => {
  const contents = { entries: [of(5), of(6, { type: "TABLE DATA", classOid: "0", oid: "17115", schema: "a b", name: "c\nd" })], bytes: Buffer.alloc(0) };
  expect(listedContents(contents, ";\n; comment\n6; 0 17115 TABLE DATA a b c d role with space\n")).toEqual([contents.entries[1]]);
  expect(() => listedContents(contents, "7; 2615 9 SCHEMA - a postgres\n")).toThrow(/^CHI-A050 pg_restore lists "7; 2615 9 SCHEMA - a postgres", the archive's table of contents has no such entry: /);
  expect(() => listedContents(contents, "5; 2615 9 TABLE - a postgres\n")).toThrow(/^CHI-A050 .* has "SCHEMA a": /);
  expect(() => listedContents(contents, "5; 2615 10 SCHEMA - a postgres\n")).toThrow("CHI-A050");
});

test("the text of pg_restore that has more or fewer entries than its list is refused; what only looks like a header is text", () => {
  const header = (id: number, oid: number) => `--\n-- TOC entry ${id} (class 2615 OID ${oid})\n-- Dependencies: 1 2\n-- Name: a; Type: SCHEMA; Schema: -; Owner: postgres\n-- Data Pos: 0\n--\n\n`;
  const end = "\n\n-- Completed on x\n\n--\n-- PostgreSQL database dump complete\n--\n\n\\unrestrict x\n";
  const text = `SET a = 1;\n\n${header(5, 9)}CREATE a;\n${header(5, 10)}${header(6, 9)}${end}`;
  expect(splitScript(`SET a = 1;\n\n${header(5, 9)}CREATE SCHEMA a;\n${end}`, [of(5)])).toEqual({ preamble: "SET a = 1;\n", parts: [{ entry: of(5), sql: "CREATE SCHEMA a;\n" }] });
  expect(splitScript(`${header(5, 9)}${header(6, 9)}x${end}more\n\n\n${header(8, 9)}b\n`, [of(5), of(8)]).parts.map((part) => part.sql)).toEqual([`${header(6, 9)}x${end}more\n`, "b\n"]);
  for (const listed of [[of(5), of(7)], [of(5, { type: "TABLE" })], [of(7)]]) expect(() => splitScript(text, listed)).toThrow("CHI-A050");
  expect(() => splitScript(`${header(5, 9)}CREATE a;\n${header(5, 9)}again`, [of(5)])).toThrow("CHI-A050 the archive lists 1 entries and its text has 2");
});

describe("archives of this machine's pg_dump", () => {
  let source: PostgresCluster;

  beforeAll(async () => {
    source = await startProjectCluster();
    await createOddProject(source, "source");
  });

  afterAll(() => source.stop());

  function dump(...args: string[]): Buffer {
    const env = { ...process.env, PGHOST: source.socketDirectory, PGPORT: String(source.port), PGUSER: "supabase_admin", PGDATABASE: "source" };
    const { status, stdout, stderr } = spawnSync(`${source.binaries}/pg_dump`, ["-Fc", ...args], { env, maxBuffer: 1 << 28 });
    if (status !== 0) throw new Error(String(stderr));
    return stdout;
  }

  test("each schema, name and owner is the one in the database", async () => {
    const archive = dump("--section=data");
    const rest = parseList(await listStream(source.binaries, Readable.from([archive.subarray(0, 100), archive.subarray(100)])));
    for (const schema of oddNames) {
      const names = (type: string) => rest.filter((each) => each.schema === schema && each.type === type).map((each) => each.name).sort();
      expect(names("TABLE DATA")).toEqual(["in the rest", schema].sort());
      expect(names("SEQUENCE SET")).toHaveLength(3);
      expect(names("SEQUENCE SET")).toContain("alone");
    }
  });

  test("an entry without its owner's statement is the entry of the object alone, also where its name goes over lines", async () => {
    const archive = dump("--section=pre-data", "--section=post-data");
    const { entries: found } = await readArchive(archive, { binaries: source.binaries, owners: true });
    for (const [index, schema] of oddNames.entries()) {
      const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`;
      const tables = found.filter((each) => each.type === "TABLE" && each.schema === schema && each.name === schema);
      expect(tables).toMatchObject([{ owner: oddRoles[index] }]);
      expect(tables[0]?.bareSql.startsWith(`CREATE TABLE ${quoted(schema)}.${quoted(schema)} (`)).toBe(true);
      expect(tables[0]?.sql).toBe(`${tables[0]?.bareSql.trimEnd()}\n\n\nALTER TABLE ${quoted(schema)}.${quoted(schema)} OWNER TO ${quoted(oddRoles[index] ?? "")};\n`);
    }
  });
});
