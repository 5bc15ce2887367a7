import fc from "fast-check";
import type { JsonObject } from "../../world/world";
import { record, situation } from "../testing/situation";
import { supabase } from "./supabase";
import { restrictionProblem } from "./supabase-network";
import { vercel } from "./vercel";

const projectType = "vercel:index/project:Project";
const variableType = "vercel:index/projectEnvironmentVariable:ProjectEnvironmentVariable";
const domainType = "vercel:index/projectDomain:ProjectDomain";
const records = [record(projectType, "prj_1", { teamId: "team_a" })];

describe("Vercel", () => {
  const validate = (token: string, inputs: JsonObject): void =>
    vercel.resources[token]!.validate!(situation({ teamId: "team_a", ...inputs }, { records }));
  const taken: { [token: string]: JsonObject } = {
    [projectType]: {
      name: "web",
      serverlessFunctionRegion: "icn1",
      resourceConfig: { functionDefaultRegions: ["hnd1"] },
      gitRepository: { type: "github", repo: "chisan/web" },
    },
    [variableType]: { projectId: "prj_1", key: "API_URL", value: "v", targets: ["production"] },
    [domainType]: { projectId: "prj_1", domain: "chisan-web.vercel.app" },
    "vercel:index/projectMembers:ProjectMembers": { projectId: "prj_1" },
    "vercel:index/projectProtectionBypass:ProjectProtectionBypass": { projectId: "prj_1" },
    "vercel:index/customEnvironment:CustomEnvironment": { projectId: "prj_1", name: "qa" },
    "vercel:index/sharedEnvironmentVariable:SharedEnvironmentVariable": { projectIds: ["prj_1"], key: "A", targets: ["production"] },
  };
  test.each(Object.entries(taken))("%s takes what is right", (token, inputs) => {
    expect(() => validate(token, inputs)).not.toThrow();
  });
  test.each(Object.keys(taken).filter((token) => token !== projectType))("%s refuses another team's project", (token) => {
    expect(() => validate(token, { ...taken[token], teamId: "team_b" })).toThrow("prj_1 is of another team");
  });
  test.each<[string, JsonObject, RegExp]>([
    [projectType, { serverlessFunctionRegion: "seoul1" }, /Invalid region "seoul1"/],
    [projectType, { resourceConfig: { functionDefaultRegions: ["icn1", "icn9"] } }, /Invalid region "icn9"/],
    [projectType, { gitRepository: { type: "github", repo: "web" } }, /Invalid git repository "web"/],
    [projectType, { gitRepository: { type: "github", repo: "https://github.com/chisan/web" } }, /Invalid git repository/],
    [projectType, { gitRepository: { type: "github", repo: "chisan/web/app" } }, /Invalid git repository/],
    [variableType, { key: "VERCEL_URL" }, /"VERCEL_URL" is reserved/],
    [variableType, { key: "TZ" }, /"TZ" is reserved/],
    [domainType, { domain: "vercel.app" }, /below vercel\.app there is one label/],
    [domainType, { domain: "a.b.vercel.app" }, /below vercel\.app there is one label/],
    [domainType, { domain: "*.vercel.app" }, /below vercel\.app there is one label/],
    [domainType, { redirect: "chisan-web.vercel.app" }, /cannot redirect to itself/],
    [domainType, { redirect: "chisan.app", redirectStatusCode: 303 }, /301, 302, 307, 308, got 303/],
  ])("%s refuses %j", (token, change, words) => {
    expect(() => validate(token, { ...taken[token], ...change })).toThrow(words);
  });

  test("a route is returned whole: what was given, and the vendor's defaults for the rest", () => {
    const computed = (route: JsonObject) => vercel.resources["vercel:index/projectRoute:ProjectRoute"]!.computed(situation({ projectId: "prj_1", route }, { records }))["route"];
    const given = { src: "^/api/(.*)$", dest: "https://api.chisan.app/$1", caseSensitive: true };
    expect(computed(given)).toEqual({ ...given, has: [], headers: {}, missings: [], respectOriginCacheControl: false, status: 0, transforms: [] });
    expect(computed({ src: "/old", status: 308, headers: { Location: "/new" } })).toMatchObject({ src: "/old", dest: "", status: 308, headers: { Location: "/new" } });
  });
});

describe("Supabase", () => {
  test.each(["203.0.113.7/32", "0.0.0.0/0", "2001:db8::/32", "::/0", "172.32.0.0/16"])("admits %s", (range) => {
    expect(restrictionProblem(range)).toBeUndefined();
  });
  test.each(["300.1.1.1/32", "203.0.113.7", "203.0.113.7/33", "2001:db8::/129", ":::/32", "1.2.3/24", 7])("%s is no range", (range) => {
    expect(restrictionProblem(range)).toBe("which is not a CIDR range");
  });
  test("no private range is admitted", () => {
    const byte = fc.integer({ min: 0, max: 255 });
    const privateStart = fc.oneof(
      fc.constant("10.1"),
      fc.constant("192.168"),
      fc.integer({ min: 16, max: 31 }).map((second) => `172.${second}`),
    );
    fc.assert(
      fc.property(privateStart, byte, byte, fc.integer({ min: 16, max: 32 }), (start, c, d, bits) => {
        expect(restrictionProblem(`${start}.${c}.${d}/${bits}`)).toBe("which is a private range");
      }),
    );
    for (const range of ["127.0.0.1/32", "169.254.1.1/32", "fd00::/8", "fe80::1/128"])
      expect(restrictionProblem(range)).toBe("which is a private range");
  });

  const settings = "supabase:index/settings:Settings";
  const validate = (token: string, inputs: JsonObject, previous?: JsonObject): void =>
    supabase.resources[token]!.validate!(situation(inputs, { previous: previous && record(token, "x", previous) }));
  test("settings with such a range are refused", () => {
    const network = (range: string): JsonObject => ({ projectRef: "r", network: JSON.stringify({ restrictions: [range] }) });
    expect(() => validate(settings, network("203.0.113.7/32"))).not.toThrow();
    expect(() => validate(settings, network("300.1.1.1/32"))).toThrow(
      'network: /restrictions has "300.1.1.1/32", which is not a CIDR range',
    );
    expect(() => validate(settings, network("10.0.0.0/8"))).toThrow("which is a private range");
  });

  test("what the provider cannot change is refused at an update, whatever the plan said", () => {
    const project = { name: "n", organizationId: "o", region: "ap-northeast-2", databasePassword: "12345678" };
    const type = "supabase:index/project:Project";
    expect(() => validate(type, { ...project, name: "other" }, project)).not.toThrow();
    expect(() => validate(type, { ...project, region: "ap-northeast-1" }, project)).toThrow("not supported for this attribute: region");
    expect(() => validate(type, { ...project, organizationId: "p" }, project)).toThrow("not supported for this attribute: organizationId");
    expect(() => validate(settings, { projectRef: "b" }, { projectRef: "a" })).toThrow("not supported for this attribute: projectRef");
    const key = { projectRef: "a", name: "backend" };
    expect(() => validate("supabase:index/apikey:Apikey", key, key)).not.toThrow();
    expect(() => validate("supabase:index/apikey:Apikey", { ...key, projectRef: "b" }, key)).toThrow("attribute: projectRef");
  });
});
