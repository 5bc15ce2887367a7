import { descriptionFile } from "../management-api/management-api";
import { ApiDescription, type Operation } from "./description";

const description = new ApiDescription("Supabase", descriptionFile);
const ref = "abcdefghijklmnopqrst";

function operation(method: string, pathname: string): Operation {
  const found = description.match(method, pathname)?.operation;
  if (!found) throw new Error(`no ${method} ${pathname}`);
  return found;
}

function problems(method: string, pathname: string, body?: unknown, query = ""): readonly string[] {
  const parameters = description.match(method, pathname)?.parameters ?? {};
  const parts = { parameters, query: new URLSearchParams(query), contentType: body === undefined ? undefined : "application/json", body };
  return description.checkRequest(operation(method, pathname), parts).problems;
}

test("every operation of the vendor's file can be matched by its own path", () => {
  const operations = description.operations();
  expect(operations.length).toBeGreaterThan(150);
  for (const { method, template, id } of operations) {
    const pathname = template.replace(/\{(\w+)\}/g, "x");
    expect([template, description.match(method, pathname)?.operation?.id]).toEqual([template, id]);
  }
});

test("a fixed segment wins over a placeholder", () => {
  expect(description.match("GET", "/v1/projects/available-regions")?.template).toBe("/v1/projects/available-regions");
  expect(description.match("GET", `/v1/projects/${ref}`)).toMatchObject({ template: "/v1/projects/{ref}", parameters: { ref } });
  expect(description.match("GET", "/v1/projects/a/b/c/d")).toBeUndefined();
  expect(description.match("PUT", `/v1/projects/${ref}`)).toMatchObject({ operation: undefined, allowed: ["DELETE", "GET", "PATCH"] });
});

test.each([
  ["a path parameter of the wrong form", "GET", "/v1/projects/ABC", undefined, "", /path parameter ref .* pattern/],
  ["a missing member", "PATCH", `/v1/projects/${ref}/billing/addons`, { addon_type: "pitr" }, "", /addon_variant/],
  [
    "a value outside the list",
    "PATCH",
    `/v1/projects/${ref}/billing/addons`,
    { addon_type: "pitr", addon_variant: "pitr_30" },
    "",
    /pitr_7/,
  ],
  [
    "an unknown member",
    "PATCH",
    `/v1/projects/${ref}/billing/addons`,
    { addon_type: "pitr", addon_variant: "pitr_7", days: 7 },
    "",
    /\/days is unknown/,
  ],
  [
    "an unknown nested member",
    "PUT",
    `/v1/projects/${ref}/ssl-enforcement`,
    { requestedConfig: { database: true, all: 1 } },
    "",
    /\/all is unknown/,
  ],
  ["a missing body", "PUT", `/v1/projects/${ref}/ssl-enforcement`, undefined, "", /body is missing/],
  ["a body where none is taken", "GET", `/v1/projects/${ref}`, {}, "", /body is not taken/],
  ["a query value of the wrong type", "GET", `/v1/projects/${ref}/api-keys`, undefined, "reveal=maybe", /query parameter reveal .*boolean/],
  ["an unknown query parameter", "GET", `/v1/projects/${ref}/api-keys`, undefined, "revael=true", /query parameter revael is unknown/],
])("refuses %s", (_what, method, pathname, body, query, expected) => {
  expect(problems(method, pathname, body, query).join("; ")).toMatch(expected);
});

test("takes what conforms", () => {
  expect(problems("PATCH", `/v1/projects/${ref}/billing/addons`, { addon_type: "pitr", addon_variant: "pitr_7" })).toEqual([]);
  expect(problems("GET", `/v1/projects/${ref}/api-keys`, undefined, "reveal=true")).toEqual([]);
});

test("an answer with a missing, a wrong or an undescribed member departs", () => {
  const ssl = operation("GET", `/v1/projects/${ref}/ssl-enforcement`);
  const good = { currentConfig: { database: true }, appliedSuccessfully: true };
  expect(description.checkAnswer(ssl, 200, good)).toEqual([]);
  expect(description.checkAnswer(ssl, 200, { ...good, more: 1 })).toEqual(["/more is unknown"]);
  expect(description.checkAnswer(ssl, 200, { appliedSuccessfully: "yes" })).toHaveLength(2);
  expect(description.checkAnswer(ssl, 201, good)).toEqual(["status 201 is not described"]);
  expect(description.checkAnswer(operation("PATCH", `/v1/projects/${ref}/billing/addons`), 200, good)).toEqual(["a body is not described"]);
});

test("a bound that the description excludes is excluded, and the next number is taken", () => {
  const disk = (size_gb: number) => problems("POST", `/v1/projects/${ref}/config/disk`, { attributes: { type: "gp3", iops: 3000, size_gb } });
  expect(disk(1)).toEqual([]);
  expect(disk(0).join()).toContain("must be > 0");
});
