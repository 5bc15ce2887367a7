import { judge, unknown } from "../test-support/judge";
import { noBasicRoles } from "./no-basic-roles";

const grant = { type: "gcp:projects/iAMMember:IAMMember", name: "grant", inputs: { project: "p", role: "roles/run.viewer", member: "group:a@b.c" } };
const withRole = (role: string) => [{ ...grant, inputs: { ...grant.inputs, role } }];

test("a predefined role of one service passes", async () => {
  expect(await judge(noBasicRoles, [grant])).toEqual({ violations: [], undecided: [] });
});

test.each(["roles/owner", "roles/editor", "roles/viewer", "roles/admin", "roles/writer", "roles/reader"])("%s is refused", async (role) => {
  const { violations } = await judge(noBasicRoles, withRole(role));
  expect(violations).toEqual([
    `grant: ${role} is a basic role; allowed: a predefined role of one service; fix: ${noBasicRoles.remediation} (section 2.5)`,
  ]);
});

test("a role that is not known yet is not decided", async () => {
  expect(await judge(noBasicRoles, withRole(unknown))).toEqual({ violations: [], undecided: ["no-basic-roles grant"] });
});
