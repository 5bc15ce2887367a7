import { parseCidr } from "./cidr";
import { checkedRanges, cloudflareRanges, rangeChanges, rangesFromAnswer } from "./cloudflare-ranges";

const list = { source: "https://example.com/", asOf: "2026-01-02", ipv4: ["104.16.0.0/13"], ipv6: ["2400:cb00::/32"] };
const answer = { success: true, result: { ipv4_cidrs: list.ipv4, ipv6_cidrs: list.ipv6, etag: "x" } };

test("the list in the repository has a source, a date and Cloudflare's 15 and 7 ranges, none inside another", () => {
  expect(cloudflareRanges.source).toMatch(/^https:\/\/www\.cloudflare\.com\//);
  expect(cloudflareRanges.asOf).toMatch(/^20\d\d-[01]\d-[0-3]\d$/);
  expect(checkedRanges(cloudflareRanges)).toBe(cloudflareRanges);
  expect([cloudflareRanges.ipv4.length, cloudflareRanges.ipv6.length]).toEqual([15, 7]);
  const spans = [...cloudflareRanges.ipv4, ...cloudflareRanges.ipv6].map((text) => {
    const { version, first, prefix } = parseCidr(text) as NonNullable<ReturnType<typeof parseCidr>>;
    return { version, first, last: first + (1n << BigInt((version === 4 ? 32 : 128) - prefix)) - 1n };
  });
  for (const [index, one] of spans.entries()) {
    for (const other of spans.slice(index + 1).filter(({ version }) => version === one.version)) {
      expect(one.last < other.first || other.last < one.first).toBe(true);
    }
  }
});

test.each<[string, Partial<typeof list>]>([
  ["an empty list", { ipv4: [] }],
  ["an empty list", { ipv6: [] }],
  ["wider than /12", { ipv4: ["0.0.0.0/0"] }],
  ["wider than /28", { ipv6: ["::/0"] }],
  ["no IPv4 range", { ipv4: ["*"] }],
  ["no IPv4 range", { ipv4: ["2400:cb00::/32"] }],
  ["no IPv6 range", { ipv6: ["104.16.0.0/13"] }],
  ["address bits", { ipv4: ["104.17.0.0/13"] }],
  ["not of the Internet", { ipv4: ["10.0.0.0/13"] }],
  ["there twice", { ipv4: ["104.16.0.0/13", "104.16.0.0/13"] }],
])("CHI-K010, %s: %j", (problem, change) => {
  expect(() => checkedRanges({ ...list, ...change })).toThrow(new RegExp(`^CHI-K010 [^\\n]*${problem}[^\\n]*$`));
});

test("the answer of Cloudflare's API becomes the list of that day", () => {
  expect(rangesFromAnswer(answer, "2026-11-23")).toEqual({ ...list, source: cloudflareRanges.source, asOf: "2026-11-23" });
});

test.each([
  null,
  "<html>",
  {},
  { ...answer, success: false },
  { success: true, result: { ipv4_cidrs: list.ipv4 } },
  { success: true, result: { ipv4_cidrs: [1], ipv6_cidrs: [] } },
])("CHI-K011 for the answer %j", (other) => {
  expect(() => rangesFromAnswer(other, "2026-11-23")).toThrow(/^CHI-K011 /);
});

test("an answer that would admit everybody is refused", () => {
  const wide = { success: true, result: { ipv4_cidrs: ["0.0.0.0/0"], ipv6_cidrs: list.ipv6 } };
  expect(() => rangesFromAnswer(wide, "2026-11-23")).toThrow(/^CHI-K010 /);
});

test("changes name what came and what went, whatever the order", () => {
  const two = { ...list, ipv4: ["104.16.0.0/13", "131.0.72.0/22"] };
  expect(rangeChanges(list, two)).toEqual(["+ 131.0.72.0/22"]);
  expect(rangeChanges(two, list)).toEqual(["- 131.0.72.0/22"]);
  expect(rangeChanges(two, { ...two, ipv4: [...two.ipv4].reverse() })).toEqual([]);
});
