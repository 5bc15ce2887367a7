import { policyComparison, policiesTable, recordedPolicies } from "./policies-report";

const measured = { none: [{ seconds: 2 }, { seconds: 4 }], together: [{ seconds: 3 }, { seconds: 4.2 }], three: [{ seconds: 6 }, { seconds: 9 }] };

test("ratios are of medians, and the goal is for the packs together", () => {
  expect(policyComparison(measured).ratios).toEqual({ together: 1.2, three: 2.5, goal: 1.25, reached: true });
  expect(policiesTable({ ...measured, together: [{ seconds: 5 }] })).toContain("MISSED");
});

test("the section is written once, and what is around it stays", () => {
  const first = recordedPolicies("# Benchmarks\n", measured, { date: "2026-11-23", processors: 2 });
  const second = recordedPolicies(`${first}\n## After\n`, measured, { date: "2027-01-01", processors: 2 });
  expect(second.match(/## Policies/g)).toHaveLength(1);
  expect(second).toContain("2027-01-01");
  expect(second).toMatch(/^# Benchmarks\n[\s\S]*## After\n$/);
});
