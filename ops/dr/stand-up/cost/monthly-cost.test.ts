import "../../../declared/test-support/plain-stack-traces";
import { type DeclaredStack, declaredStack } from "../../../declared/declared-stack";
import { costInWords, monthlyCost } from "./monthly-cost";
import { prices } from "./price-table";

const line = (cost: ReturnType<typeof monthlyCost>, what: string) => cost.lines.find((each) => each.what === what);

let resources: DeclaredStack["resources"];
beforeAll(async () => {
  ({ resources } = await declaredStack("chisan-dr"));
});

test("every price has a resource that chisan-dr declares, a source and an assumption", () => {
  const declared = new Set(resources.map(({ type }) => type));
  for (const { type, source, assumption, read } of prices) {
    expect(declared).toContain(type);
    expect(source).toMatch(/^https:\/\//);
    expect(assumption).not.toBe("");
    if (read !== null) expect(read).toMatch(/^\d{4}-\d\d-\d\d$/);
  }
});

test("what chisan-dr declares: its instances by their CPU and memory, its secrets by their regions", () => {
  const cost = monthlyCost(resources, 0);
  // One instance kept in the first region: 1 vCPU and 0.5 GiB, idle, for 730 hours.
  expect(line(cost, "API: instances kept running")?.monthly).toBeCloseTo(1.5 * 0.0000025 * 730 * 3600, 2);
  expect(line(cost, "database: compute")?.monthly).toBe(15);
  expect(line(cost, "database: point-in-time recovery, 7 days")?.monthly).toBe(100);
  const secrets = line(cost, "secrets");
  expect(secrets?.monthly).toBeCloseTo((secrets?.count ?? 0) * 0.06 * 2, 2);
  expect(cost.total).toBeCloseTo(cost.lines.reduce((sum, { monthly }) => sum + monthly, 0), 1);
  expect(costInWords(cost)).toMatch(/^about \$\d+ a month \(about \$\d+ a day\)/);
});

test("a price that nobody compared with the vendor's page is said to be assumed", () => {
  const cost = monthlyCost(resources, 0);
  expect(line(cost, "load balancer: who is admitted")).toMatchObject({ assumed: true, source: "assumed; to be compared with https://cloud.google.com/armor/pricing" });
  expect(line(cost, "database: compute")).toMatchObject({ assumed: false, source: expect.stringMatching(/^https:.*\/compute, read 2026-/) as string });
  const assumed = cost.lines.filter((each) => each.assumed).reduce((sum, { monthly }) => sum + monthly, 0);
  expect(costInWords(cost)).toContain(`$${Math.round(assumed)} of it at prices that are assumed`);
  expect(costInWords(monthlyCost([], 1e12))).not.toContain("assumed");
});

test("files are paid for twice: in the bucket and in the vault", () => {
  expect(line(monthlyCost([], 1e12), "files and their versions")?.monthly).toBe(30);
});

test("two of a kind cost twice as much, none costs nothing", () => {
  const database = { type: "supabase:index/project:Project", inputs: { instanceSize: "medium" } };
  expect(monthlyCost([database, database], 0).total).toBe(120);
  expect(monthlyCost([], 0).total).toBe(0);
});
