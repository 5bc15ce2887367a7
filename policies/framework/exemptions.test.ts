import { judge } from "../test-support/judge";
import { checkedExemptions, Exemptions, type Exemption } from "./exemptions";
import { resourcePolicy } from "./policy";
import { readExemptions } from "./read-exemptions";

const entry: Exemption = {
  policy: "no-red",
  resource: "urn:pulumi:prod::chisan::*::door",
  reason: "The painter comes back in spring only.",
  owner: "Security Lead",
  expires: "2027-01-31",
};
const noRed = resourcePolicy({
  id: "no-red", title: "Nothing is red", severity: "low", section: "1", why: "eyes", remediation: "paint it", types: "all",
  check: ({ props }, report) => props["colour"] === "red" && report("red"),
});
const now = new Date("2027-01-31T23:59:00Z");
const check = (change: Partial<Record<string, unknown>>, at = now) => checkedExemptions({ exemptions: [{ ...entry, ...change }] }, (id) => id === "no-red", at);
const resource = (name: string, colour: string) => ({ type: "a:b:C", name, inputs: { colour } });
const run = async (exemptions: Exemption[], resources: ReturnType<typeof resource>[]) => {
  const used = new Exemptions("pack", exemptions, ["no-red"]);
  const found = await judge(noRed, resources, "prod", used);
  const unused = used.unusedPolicy();
  return { ...found, unused: unused === undefined ? [] : (await judge(unused, resources, "prod")).violations };
};

test("a complete entry holds through its last day", () => expect(check({})).toEqual([entry]));

test.each([
  [{ policy: "no-blue" }, /^CHI-P011 exemption 1 \(no-blue .*no policy has the id/],
  [{ resource: "urn:pulumi:*::chisan::*::door" }, /^CHI-P012/],
  [{ resource: "urn:pulumi:prod::chisan::*::*" }, /^CHI-P012/],
  [{ resource: "door" }, /^CHI-P012/],
  [{ resource: "urn:pulumi:prod::c*" }, /^CHI-P012 .*its project is "c\*"/],
  [{ resource: "urn:pulumi:prod::chisan*" }, /^CHI-P012 .*its project/],
  [{ resource: "urn:pulumi:prod::*::*::door" }, /^CHI-P012 .*its project/],
  [{ resource: "urn:pulumi:prod::chisan" }, /^CHI-P012 .*its types are ""/],
  [{ resource: "urn:pulumi:prod::chisan::*e*" }, /^CHI-P012 .*its types/],
  [{ resource: "urn:pulumi:prod::chisan::**:*" }, /^CHI-P012 .*its types/],
  [{ resource: "urn:pulumi:prod::chisan::a:b:*::door" }, /^CHI-P012 .*its types/],
  [{ resource: "urn:pulumi:prod::chisan::*" }, /^CHI-P012 .*its name is ""/],
  [{ resource: "urn:pulumi:prod::chisan::*::*-*" }, /^CHI-P012 .*its name is "\*-\*"/],
  [{ resource: "urn:pulumi:prod::chisan::*::door*" }, /^CHI-P012 .*its name/],
  [{ resource: "urn:pulumi:prod::chisan::*::a::door" }, /^CHI-P012 .*its name/],
  [{ resource: "urn:pulumi:prod::chisan::*:: " }, /^CHI-P012 .*its name/],
  [{ reason: "because" }, /^CHI-P013/],
  [{ reason: " " }, /^CHI-P013/],
  [{ reason: "- - - -" }, /^CHI-P013/],
  [{ reason: "x x x x" }, /^CHI-P013/],
  [{ reason: "no no no no" }, /^CHI-P013/],
  [{ reason: "1 2 3 4" }, /^CHI-P013/],
  [{ owner: "somebody" }, /^CHI-P014/],
  [{ expires: "2027-02-30" }, /^CHI-P010/],
  [{ expires: "soon" }, /^CHI-P010/],
  [{ expires: "9999-12-31" }, /^CHI-P010 .*at most 180 days ahead, 2027-07-30 or before/],
  [{ expires: "2027-07-31" }, /^CHI-P010 .*at most 180 days ahead/],
  [{ expires: new Date() }, /^CHI-P010/],
  [{ note: "more" }, /^CHI-P010/],
  [{ expires: "2027-01-30" }, /^CHI-P015 .*expired on 2027-01-30, today is 2027-01-31/],
])("%j fails the run, in one line", (change, message) => {
  expect(() => check(change)).toThrow(message);
  expect(() => check(change)).not.toThrow(/\n/);
});

test("the farthest day, types in full, and a reason in another script are accepted", () => {
  const change = { expires: "2027-07-30", resource: "urn:pulumi:prod::chisan::chisan:infrastructure:ApiService$gcp:cloudrunv2/service:Service::door", reason: "담당자가 다음 달에 새로운 버전으로 교체합니다" };
  expect(check(change)).toEqual([{ ...entry, ...change }]);
});

test("* stands for the types alone: a name that ends alike is another resource", async () => {
  expect((await run([entry], [resource("door", "red"), resource("x::door", "red")])).violations).toEqual([expect.stringContaining("door: red")]);
});

test.each([undefined, null, [], {}, { exemptions: {} }, { exemptions: [], more: 1 }])("a file of %j fails the run", (content) => {
  expect(() => checkedExemptions(content, () => true, now)).toThrow(/^CHI-P010/);
});

test("an exempt violation is told, and does not block; another one does", async () => {
  expect(await run([entry], [resource("door", "red"), resource("roof", "red")])).toEqual({
    violations: ["roof: red; fix: paint it (section 1)"],
    undecided: ["no-red door"],
    unused: [],
  });
});

test("one that excuses nothing fails, and says why", async () => {
  expect((await run([entry], [resource("door", "green")])).unused[0]).toMatch(/CHI-P016 .*excuses nothing/);
  expect((await run([entry], [resource("roof", "red")])).unused[0]).toMatch(/CHI-P016 .*matches no resource/);
});

test("one for another stack is left alone", async () => {
  expect((await run([{ ...entry, resource: "urn:pulumi:dev::chisan::*::door" }], [resource("door", "green")])).unused).toEqual([]);
});

test("what ships is empty", () => expect(readExemptions("pack", [noRed], now).unusedPolicy()).toBeUndefined());
