import * as fc from "fast-check";
import type { StackResource } from "../framework/policy";
import { sharedOnPurpose, sharedSecrets } from "./shared-secrets";

function stack(secrets: Readonly<Record<string, string>>): StackResource[] {
  return Object.entries(secrets).map(([key, value]) => ({
    type: "vercel:index/projectEnvironmentVariable:ProjectEnvironmentVariable",
    name: key,
    urn: key,
    props: { key, value, sensitive: true },
    protect: false,
    dependencies: [],
  }));
}

test("a value in both is found, under each of its names", () => {
  expect(sharedSecrets(stack({ JWT_SECRET: "a", ENCRYPTION_KEY: "b" }), stack({ JWT_SECRET: "c", NEXTAUTH_SECRET: "b" }))).toEqual([
    { first: "ENCRYPTION_KEY", second: "NEXTAUTH_SECRET" },
  ]);
});

test("what is shared on purpose is left out", () => {
  const both = { BACKUP_IDENTITY: "a" };
  expect(sharedSecrets(stack(both), stack(both))).toHaveLength(1);
  expect(sharedSecrets(stack(both), stack(both), ["BACKUP_IDENTITY"])).toEqual([]);
});

test("prod and chisan-dr share what belongs to the data, and nothing else; no other two share anything", () => {
  const all = ["BACKUP_IDENTITY", "ENCRYPTION_KEY", "JWT_SECRET", "NEXTAUTH_SECRET", "FILES_GATEWAY_SECRET"];
  const both = stack(Object.fromEntries(all.map((name) => [name, `canary-${name}`])));
  const found = (...pair: string[]) => sharedSecrets(both, both, sharedOnPurpose(pair)).map(({ first }) => first);
  for (const pair of [["prod", "chisan-dr"], ["chisan-dr", "prod"]]) expect(found(...pair)).toEqual(["JWT_SECRET", "NEXTAUTH_SECRET", "FILES_GATEWAY_SECRET"]);
  for (const pair of [["prod", "staging"], ["staging", "chisan-dr"], ["prod", "prod"]]) expect(found(...pair)).toEqual(all);
});

test("for any two environments: found exactly when a value is in both, and never shown", () => {
  const value = fc.stringMatching(/^canary[a-z0-9]{8}$/);
  fc.assert(
    fc.property(
      fc.uniqueArray(value, { minLength: 1, maxLength: 6 }),
      fc.uniqueArray(value, { minLength: 1, maxLength: 6 }),
      fc.boolean(),
      (one, other, share) => {
        const second = share ? [...other, ...one.slice(0, 1)] : other;
        const of = (values: string[]) => stack(Object.fromEntries(values.map((each, at) => [`SECRET_${at}`, each])));
        const found = sharedSecrets(of(one), of(second));
        expect(found.length > 0).toBe(second.some((each) => one.includes(each)));
        expect(JSON.stringify(found)).not.toContain("canary");
      },
    ),
  );
});
