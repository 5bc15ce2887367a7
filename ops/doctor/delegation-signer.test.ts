import { createSocket } from "node:dgram";
import type { AddressInfo } from "node:net";
import fc from "fast-check";
import { delegationSigners, dsQuery, dsRecords } from "./delegation-signer";

const digest = "AB".repeat(32);

/** An answer as a resolver gives it: the question, and a record whose name is a pointer to the question's. */
function answer(query: Buffer, { code = 0, records = 1, type = 43, flags = 0x8180 } = {}): Buffer {
  const head = Buffer.from(query);
  head.writeUInt16BE(flags | code, 2);
  head.writeUInt16BE(records, 6);
  const data = Buffer.concat([Buffer.from([0xb2, 0x95, 13, 2]), Buffer.from(digest, "hex")]);
  const record = Buffer.alloc(12);
  record.writeUInt16BE(0xc00c, 0);
  record.writeUInt16BE(type, 2);
  record.writeUInt16BE(1, 4);
  record.writeUInt32BE(3600, 6);
  record.writeUInt16BE(data.length, 10);
  return Buffer.concat([head, ...Array.from({ length: records }, () => Buffer.concat([record, data]))]);
}

test("a query names the zone, type DS and class IN", () => {
  expect(dsQuery(0x1234, "chisan.app").toString("hex")).toBe("1234" + "0100" + "0001000000000000" + "06636869" + "73616e" + "03617070" + "00" + "002b" + "0001");
});

test("records of an answer, and of it only those of type DS", () => {
  const query = dsQuery(7, "chisan.app");
  expect(dsRecords(7, answer(query, { records: 2 }))).toEqual([{ keyTag: 45717, digest }, { keyTag: 45717, digest }]);
  expect(dsRecords(7, answer(query, { type: 46 }))).toEqual([]);
  expect(dsRecords(7, answer(query, { records: 0 }))).toEqual([]);
  expect(dsRecords(7, answer(query, { records: 0, code: 3 }))).toEqual([]);
});

test("a refusal, a stranger's answer and a cut-off one are no records", () => {
  const query = dsQuery(7, "chisan.app");
  expect(() => dsRecords(7, answer(query, { code: 2 }))).toThrow("code 2");
  expect(() => dsRecords(8, answer(query))).toThrow("no answer to the query");
  expect(() => dsRecords(7, query)).toThrow("no answer to the query");
  expect(() => dsRecords(7, answer(query, { flags: 0x8380 }))).toThrow("does not fit");
});

test("whatever arrives, it ends: with records or with an error", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      try {
        expect(Array.isArray(dsRecords(7, Buffer.from(bytes)))).toBe(true);
      } catch (error) {
        expect((error as Error).message).toMatch(/./);
      }
    }),
  );
});

test("asks the resolver", async () => {
  const server = createSocket("udp4");
  await new Promise<void>((resolve) => server.bind(0, "127.0.0.1", resolve));
  server.on("message", (query, { port, address }) => server.send(answer(query), port, address));
  try {
    expect(await delegationSigners("chisan.app", [`127.0.0.1:${(server.address() as AddressInfo).port}`])).toEqual({ value: [{ keyTag: 45717, digest }] });
  } finally {
    server.close();
  }
  expect(await delegationSigners("chisan.app", [])).toEqual({ unreadable: "this machine has no DNS resolver" });
});
