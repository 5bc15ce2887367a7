import { inspect } from "node:util";
import fc from "fast-check";
import { activeGenerations, encryptionKeysText, encryptionKeysValue, isEncryptionKey } from "./encryption-keys";
import type { Finding } from "./shape";

const key = fc.uint8Array({ minLength: 32, maxLength: 32 }).map((bytes) => Buffer.from(bytes).toString("base64")).filter(isEncryptionKey);
const read = (value: unknown) => {
  const findings: Finding[] = [];
  const keys = encryptionKeysValue.read(value, [], (finding) => findings.push(finding));
  return { keys, findings };
};

test("what is written is what is read, current and previous, and shows nothing", () => {
  fc.assert(
    fc.property(key, key, fc.integer({ min: 1, max: 9998 }), fc.boolean(), (one, other, before, rotating) => {
      const all = rotating ? [{ generation: before + 1, value: one }, { generation: before, value: other }] : [{ generation: before, value: one }];
      const { keys, findings } = read(encryptionKeysText(all));
      expect(findings).toEqual([]);
      expect([...(keys ?? [])].map(([generation, value]) => ({ generation, value: value.reveal() }))).toEqual(all);
      expect(activeGenerations(keys ?? new Map())).toEqual(rotating ? { current: before + 1, previous: before } : { current: before });
      for (const shown of [inspect(keys), JSON.stringify([...(keys ?? [])])]) expect(shown).not.toContain(one);
    }),
  );
});

const good = Buffer.from("0123456789abcdef0123456789ABCDEF").toString("base64");
const other = Buffer.from("fedcba9876543210FEDCBA9876543210").toString("base64");

test.each<[string, unknown]>([
  ["nothing", ""],
  ["no text", 5],
  ["a key without its generation", good],
  ["generation zero", `0:${good}`],
  ["a generation too many", `3:${good},2:${other},1:${other}`],
  ["a gap", `3:${good},1:${other}`],
  ["a generation twice", `1:${good},1:${other}`],
  ["half a key", `1:${good.slice(0, 24)}`],
  ["33 bytes", `1:${Buffer.alloc(33, "0123456789abcdef").toString("base64")}`],
  ["base64 of the other alphabet", `1:${good.replace("M", "-")}`],
  ["zeros", `1:${Buffer.alloc(32).toString("base64")}`],
  ["a line's end after it", `1:${good}\n`],
])("%s is refused, and is to be removed, not mended by hand", (_what, value) => {
  const { keys, findings } = read(value);
  expect(keys).toBeUndefined();
  expect(findings).toMatchObject([{ mend: { action: "remove" } }]);
});
