import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { repositoryRoot } from "../../sandbox/control/paths";
import { fingerprint } from "./kept-comparisons";

describe("what a kept comparison depends on", () => {
  const root = mkdtempSync(join(tmpdir(), "parity-sources-"));
  beforeAll(() => {
    for (const folder of ["components", "config", "ops/declared", "ops/parity", "sandbox/control", "sandbox/schemas", "sdks", "stacks", "supabase", "toolchain", "workers"]) {
      mkdirSync(join(root, folder), { recursive: true });
    }
    for (const file of ["Pulumi.prod.yaml", "Pulumi.yaml", "package-lock.json"]) cpSync(join(repositoryRoot, file), join(root, file));
    writeFileSync(join(root, "stacks", "prod.ts"), "1");
  });
  afterAll(() => rmSync(root, { recursive: true }));

  const afterWriting = (file: string, content: string) => {
    const before = fingerprint(root);
    mkdirSync(join(root, file, ".."), { recursive: true });
    writeFileSync(join(root, file), content);
    return fingerprint(root) !== before;
  };

  test.each(["stacks/prod.ts", "components/deep/new.ts", "config/x.json", "ops/declared/y.ts", "supabase/migrations/1.sql", "Pulumi.prod.yaml", "Pulumi.staging.yaml", "package-lock.json"])(
    "%s",
    (file) => {
      expect(afterWriting(file, `new ${file}`)).toBe(true);
      expect(afterWriting(file, `new ${file}`)).toBe(false);
    },
  );

  test.each(["README.md", "docs/policies.md", "stacks/prod.test.ts", "ops/graph/x.ts", "sdks/vercel/node_modules/y.js"])("not %s", (file) => {
    expect(afterWriting(file, "new")).toBe(false);
  });

  test("the shell's word on the project, and no other variable", () => {
    const before = fingerprint(root);
    process.env["CHISAN_TEST_OF_PARITY"] = "1";
    try {
      expect(fingerprint(root)).not.toBe(before);
    } finally {
      delete process.env["CHISAN_TEST_OF_PARITY"];
    }
    process.env["OTHER_TEST_OF_PARITY"] = "1";
    try {
      expect(fingerprint(root)).toBe(before);
    } finally {
      delete process.env["OTHER_TEST_OF_PARITY"];
    }
  });
});
