import { assertParity, equalEverywhere, perEnvironment } from "./parity-manifest";

/** Section 1.3, as it stands in the document. */
const section13 = `
| Database engine | PostgreSQL 15 | PostgreSQL 15 | PostgreSQL 15 |
| Node.js version | 20.x | 20.x | 20.x |
| Supabase features | All enabled | All enabled | All enabled |
| Sample data | Seed data | Anonymized prod copy | Real data |
| Auth domain | Any Google | Company only | Company only |
| RLS policies | Enabled | Enabled | Enabled |
`;

test("the manifest says what section 1.3 says", () => {
  const table = section13
    .trim()
    .split("\n")
    .map((line) =>
      line
        .split("|")
        .map((cell) => cell.trim().toLowerCase())
        .slice(1, -1),
    );
  const { postgresMajorVersion, nodeVersion, supabaseFeatures, rowLevelSecurity } = equalEverywhere;
  const stacks = (["dev", "staging", "prod"] as const).map((stack) => perEnvironment[stack]);
  expect([
    ["database engine", ...stacks.map(() => `postgresql ${postgresMajorVersion}`)],
    ["node.js version", ...stacks.map(() => nodeVersion)],
    ["supabase features", ...stacks.map(() => supabaseFeatures)],
    ["sample data", ...stacks.map(({ sampleData }) => (sampleData === "anonymized prod copy" ? sampleData : `${sampleData} data`))],
    ["auth domain", ...stacks.map(({ authDomain }) => authDomain.toLowerCase())],
    ["rls policies", ...stacks.map(() => rowLevelSecurity)],
  ]).toEqual(table);
});

test("chisan-dr follows prod's rule of sign-in and holds what was restored", () => {
  expect(perEnvironment["chisan-dr"]).toEqual({ sampleData: "restored", authDomain: perEnvironment.prod.authDomain });
});

test("a departure is named, each on its line", () => {
  expect(() => assertParity({ stack: "staging", sampleData: "anonymized prod copy", authDomain: "company only" })).not.toThrow();
  expect(() => assertParity({ stack: "staging", sampleData: "real", authDomain: "any Google" })).toThrow(
    /^CHI-E003 staging: sampleData is "real".*"anonymized prod copy".*\nCHI-E003 staging: authDomain is "any Google".*"company only"/,
  );
});
