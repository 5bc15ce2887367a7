import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Target } from "../../engine/target";
import { refuseLive } from "./refuse-live";

const folder = mkdtempSync(join(tmpdir(), "chisan-live-"));
afterAll(() => rmSync(folder, { recursive: true }));

function target(kind: Target["kind"], cutOver: boolean): Target {
  const file = join(folder, "Pulumi.chisan-dr.yaml");
  writeFileSync(file, cutOver ? "config:\n  chisan:cutOver: true\n" : "config: {}\n");
  return { kind, environment: {}, configurationArguments: ["--config-file", file], explainFailure: () => undefined };
}

test("the live system is not destroyed; a drill's, another stack, and a rehearsal are", () => {
  expect(() => refuseLive("chisan-dr", target("cloud", true))).toThrow(/^CHI-H115 .*npx chisan dr failback/);
  expect(() => refuseLive("chisan-dr", target("cloud", false))).not.toThrow();
  expect(() => refuseLive("chisan-dr", target("sandbox", true))).not.toThrow();
  expect(() => refuseLive("staging", target("cloud", true))).not.toThrow();
});
