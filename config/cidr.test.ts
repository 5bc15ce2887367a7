import fc from "fast-check";
import { hasHostBits, isNotPublic, parseCidr } from "./cidr";

test.each([
  "203.0.113.0",
  "203.0.113.0/33",
  "256.1.1.1/8",
  "1.2.3/8",
  "2001:db8::/129",
  "2001:db8::g/32",
  "::1::/64",
  "/24",
  "a/24",
  "203.0.113.0/",
  "fe80::1%eth0/64",
  "203.0.113.0/24 ",
])("%s is no range", (text) => expect(parseCidr(text)).toBeUndefined());

test("an address's number, version 4", () => {
  const octet = fc.integer({ min: 0, max: 255 });
  fc.assert(
    fc.property(octet, octet, octet, octet, fc.integer({ min: 0, max: 32 }), (a, b, c, d, prefix) => {
      expect(parseCidr(`${a}.${b}.${c}.${d}/${prefix}`)).toMatchObject({
        version: 4,
        prefix,
        first: BigInt(((a * 256 + b) * 256 + c) * 256 + d),
      });
    }),
  );
});

test("all spellings of an IPv6 range have one canonical form", () => {
  const group = fc.integer({ min: 0, max: 0xffff });
  fc.assert(
    fc.property(fc.array(group, { minLength: 8, maxLength: 8 }), fc.integer({ min: 0, max: 7 }), (groups, start) => {
      const zeroed = groups.map((value, index) => (index === start || index === start + 1 ? 0 : value));
      const full = zeroed.map((value) => value.toString(16).padStart(4, "0")).join(":");
      const before = zeroed.slice(0, start).map((value) => value.toString(16).toUpperCase());
      const after = zeroed.slice(start + 2).map((value) => value.toString(16));
      const short = `${before.join(":")}::${after.join(":")}`;
      expect(parseCidr(`${short}/64`)?.canonical).toBe(parseCidr(`${full}/64`)?.canonical);
    }),
  );
});

test("an IPv4 tail is two groups", () => {
  expect(parseCidr("::ffff:203.0.113.1/128")?.canonical).toBe(parseCidr("::ffff:cb00:7101/128")?.canonical);
});

test.each([
  ["203.0.113.0/24", false],
  ["203.0.113.1/24", true],
  ["203.0.113.1/32", false],
  ["0.0.0.0/0", false],
  ["2001:db8::/32", false],
  ["2001:db8::1/32", true],
])("%s has host bits: %s", (text, expected) => {
  const range = parseCidr(text);
  expect(range === undefined ? undefined : hasHostBits(range)).toBe(expected);
});

test.each([
  ["10.1.0.0/16", true],
  ["172.31.0.0/16", true],
  ["172.32.0.0/16", false],
  ["192.168.0.0/24", true],
  ["127.0.0.1/32", true],
  ["100.64.1.0/24", true],
  ["203.0.113.0/24", false],
  // Wider than the private range inside it.
  ["10.0.0.0/7", false],
  ["fd00::/64", true],
  ["fe80::/64", true],
  ["::1/128", true],
  ["2001:db8::/48", false],
])("%s never comes from the Internet: %s", (text, expected) => {
  const range = parseCidr(text);
  expect(range === undefined ? undefined : isNotPublic(range)).toBe(expected);
});
