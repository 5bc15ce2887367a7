import type * as Manifest from "../../config/parity-manifest";
import { judge, unknown } from "../test-support/judge";
import { postgres15 } from "./postgres-15";

// A manifest that is wrong: the policy does not follow it.
jest.mock("../../config/parity-manifest", () => {
  const real = jest.requireActual<typeof Manifest>("../../config/parity-manifest");
  return { ...real, equalEverywhere: { ...real.equalEverywhere, postgresMajorVersion: 16 } };
});

const database = { type: "supabase:index/project:Project", name: "database", inputs: { name: "chisan-prod" } };
const check = (inputs: object) => ({ type: "pulumi-nodejs:dynamic/chisan:PostgresVersion", name: "version", inputs: { projectRef: "p", expectedMajor: 15, ...inputs } });
const fix = `; fix: ${postgres15.remediation} (section 1.3)`;

test.each([{}, { version: "15.8.1.085" }, { version: "15.14" }])("a database whose version is read back passes: %j", async (inputs) => {
  expect(await judge(postgres15, [database, check(inputs)])).toEqual({ violations: [], undecided: [] });
});

test("another version that is expected is refused", async () => {
  expect((await judge(postgres15, [database, check({ expectedMajor: 16 })])).violations).toEqual([`version: PostgreSQL 16 is expected here, 15 is everywhere${fix}`]);
});

test.each(["16.2", "150.1", "1.5", "15"])("a database that runs %s is refused", async (version) => {
  expect((await judge(postgres15, [database, check({ version })])).violations).toEqual([`version: the database runs PostgreSQL ${version}, 15 is everywhere${fix}`]);
});

test("a database whose version nobody reads back is refused", async () => {
  expect((await judge(postgres15, [database])).violations).toEqual([`database: nothing reads back this database's version of PostgreSQL${fix}`]);
});

test("a version that is not known yet is not decided, and hides no other fault", async () => {
  const { violations, undecided } = await judge(postgres15, [database, check({ expectedMajor: 14, version: unknown })]);
  expect(violations).toHaveLength(1);
  expect(undecided).toEqual(["postgres-15 version"]);
});
