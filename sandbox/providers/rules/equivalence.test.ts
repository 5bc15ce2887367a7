import * as same from "./equivalence";

it.each<[string, same.Equivalence, [string, string][], [string, string][]]>([
  ["selfLink", same.selfLink, [["https://www.googleapis.com/compute/v1/projects/p/global/networks/n", "n"], ["https://www.googleapis.com/compute/v1/projects/p/global/networks/n", "projects/p/global/networks/n"]], [["n", "m"], ["n", ""]]],
  ["lastSegment", same.lastSegment, [["projects/p", "p"]], [["projects/p", "q"]]],
  ["anyCase", same.anyCase, [["docker", "DOCKER"]], [["docker", "npm"]]],
  ["iamMember", same.iamMember, [["user:A@x.y", "user:a@x.y"]], [["user:a", "user:b"], ["principal://iam/A", "principal://iam/a"]]],
  ["emptyOr", same.emptyOr("IPV4"), [["", "IPV4"], ["IPV4", ""]], [["IPV6", ""]]],
  ["projectNumber", same.projectNumber, [["projects/123/x", "projects/name/x"]], [["projects/name/x", "projects/123/x"]]],
  ["duration", same.duration, [["60s", "1m"], ["1d", "24h"], ["1.5s", "1500ms"]], [["60s", "61s"], ["zzz", "zzz!"]]],
  ["trailingSlash", same.trailingSlash, [["https://a/", "https://a"]], [["https://a", "https://b"]]],
  ["trailingDot", same.trailingDot, [["a.b.", "a.b"]], [["a.b", "a.c"]]],
  ["leadingSlash", same.leadingSlash, [["/health", "health"]], [["/health", "live"]]],
  ["portRange", same.portRange, [["443-443", "443"]], [["443-444", "443"]]],
  ["addressOrReference", same.addressOrReference, [["1.2.3.4", "projects/p/addresses/a"], ["1.2.3.4/32", "1.2.3.4"]], [["1.2.3.4", "1.2.3.5"], ["a", "b"], ["1.2.3.4/32", "1.2.3.4/31"]]],
  ["json", same.json, [['{"a":1,"b":[2]}', '{ "b": [2], "a": 1 }']], [['{"a":1}', '{"a":2}'], ["zzz", "yyy"]]],
  ["onceTrue", same.onceTrue, [["true", "false"]], [["false", "true"]]],
])("%s", (_, equivalence, equal, different) => {
  for (const [old, now] of equal) expect([old, now, equivalence(old, now, "")]).toEqual([old, now, true]);
  for (const [old, now] of different) expect([old, now, equivalence(old, now, "")]).toEqual([old, now, false]);
});

it("filledKeys keeps only the named keys", () => {
  expect(same.filledKeys("project_id")("p", "", "project_id")).toBe(true);
  expect(same.filledKeys("project_id")("p", "", "host")).toBe(false);
  expect(same.filledKeys("project_id")("p", "q", "project_id")).toBe(false);
});
