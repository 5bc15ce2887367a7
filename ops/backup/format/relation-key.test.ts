import fc from "fast-check";
import { manifestSchema, type Manifest } from "./manifest";
import { rowsByTable, withTodaysKeys } from "./manifest-keys";
import { relationKey, relationOf } from "./relation-key";

/** Names of what PostgreSQL allows, crowded with the characters that a key is made of. */
const name = fc.oneof(fc.string({ unit: fc.constantFrom(".", '"', "a", "b", " "), minLength: 1, maxLength: 6 }), fc.string({ minLength: 1, maxLength: 20 }), fc.constantFrom("public", "orders", '"a".b', "a.b", '""'));
const relation = fc.record({ schema: name, table: name });

test("a key says which schema and which table, whatever their names hold", () => {
  fc.assert(fc.property(relation, ({ schema, table }) => expect(relationOf(relationKey(schema, table))).toEqual({ schema, name: table })), { numRuns: 2000 });
});

test("two tables never share one", () => {
  fc.assert(
    fc.property(relation, relation, (one, other) => {
      fc.pre(one.schema !== other.schema || one.table !== other.table);
      expect(relationKey(one.schema, one.table)).not.toBe(relationKey(other.schema, other.table));
    }),
    { numRuns: 2000 },
  );
  expect([relationKey("a.b", "c"), relationKey("a", "b.c")]).toEqual(['"a.b".c', 'a."b.c"']);
});

test("an ordinary name's key is what it was, quotes and spaces within it included", () => {
  const ordinary = name.filter((text) => !text.includes(".") && !text.startsWith('"'));
  fc.assert(fc.property(ordinary, ordinary, (schema, table) => expect(relationKey(schema, table)).toBe(`${schema}.${table}`)));
});

test("a former key's schema ends at its first dot", () => {
  expect([relationOf("a.b.c"), relationOf('warehouse.Strange "name"; drop'), relationOf('"open.x')]).toEqual([
    { schema: "a", name: "b.c" },
    { schema: "warehouse", name: 'Strange "name"; drop' },
    { schema: '"open', name: "x" },
  ]);
});

describe("manifests of before", () => {
  const hash = "a".repeat(64);
  const object = (of: string) => ({ name: of, bytes: 10, sha256: hash, etag: "e", plainBytes: 20 });
  const manifestOf = (parts: readonly { schema: string; table: string; rows: number }[], tables: Record<string, number>): Manifest =>
    manifestSchema.parse({
      formatVersion: 1, id: "20261123T030000Z", kind: "daily", stack: "prod", snapshotAt: "2026-11-23T03:00:00Z", finishedAt: "2026-11-23T03:00:00Z", durationSeconds: 1, clockSkewSeconds: 0,
      tool: { version: "1", pgDump: "15" }, recipients: ["age1x"],
      database: { name: "postgres", serverVersion: "15.8", bytes: 1, migrationHead: null, schemaFingerprint: hash, extensions: [], largeObjects: 0, sequences: {} },
      tables, roles: object("roles"), schema: object("schema"), rest: object("rest"),
      rows: parts.map((part, at) => ({ ...object(`data/${at}`), ...part, columns: [] })),
    } satisfies Manifest);
  const formerTables = (parts: readonly { schema: string; table: string; rows: number }[]) => {
    const counts: Record<string, number> = {};
    for (const { schema, table, rows } of parts) counts[`${schema}.${table}`] = (counts[`${schema}.${table}`] ?? 0) + rows;
    return counts;
  };
  const parts = fc.array(fc.record({ schema: name, table: name, rows: fc.nat(9) }), { maxLength: 8 });

  test("one of today stays as it is", () => {
    fc.assert(fc.property(parts, (rows) => {
      const manifest = manifestOf(rows, rowsByTable(rows));
      expect(withTodaysKeys(manifest)).toBe(manifest);
    }));
  });

  test("one of before gives each table its own rows, also where two shared a key", () => {
    // Of a name in quotes that reads as another table's key of today nobody can tell: left out.
    const readable = parts.filter((rows) => rows.every(({ schema, table }) => rows.every((other) => `${schema}.${table}` !== relationKey(other.schema, other.table) || (other.schema === schema && other.table === table))));
    fc.assert(fc.property(readable, (rows) => expect(withTodaysKeys(manifestOf(rows, formerTables(rows))).tables).toEqual(rowsByTable(rows))), { numRuns: 500 });
    const shared = [{ schema: "a.b", table: "c", rows: 2 }, { schema: "a", table: "b.c", rows: 5 }, { schema: "public", table: "orders", rows: 1 }];
    expect(withTodaysKeys(manifestOf(shared, { "a.b.c": 7, "public.orders": 1 })).tables).toEqual({ '"a.b".c': 2, 'a."b.c"': 5, "public.orders": 1 });
  });

  test("a count that is not the sum of its parts is not made one", () => {
    const shared = [{ schema: "a.b", table: "c", rows: 2 }, { schema: "a", table: "b.c", rows: 5 }];
    const manifest = manifestOf(shared, { "a.b.c": 8 });
    expect(withTodaysKeys(manifest)).toBe(manifest);
  });
});
