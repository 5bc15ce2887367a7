import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { repositoryRoot } from "../../../sandbox/control/paths";
import type { Target } from "../../engine/target";
import { configurationFileOf, configuredRegions } from "./active-regions-setting";

const folder = mkdtempSync(join(tmpdir(), "chisan-setting-"));
afterAll(() => rmSync(folder, { recursive: true }));

function read(text: string) {
  const file = join(folder, "Pulumi.prod.yaml");
  writeFileSync(file, text);
  return configuredRegions(file);
}

test.each([
  ["a list", "  chisan:activeRegions:\n    - asia-northeast1\n"],
  ["a list's text, as this command writes it", `  chisan:activeRegions: '["asia-northeast1"]'\n`],
  ["a key without its namespace", "  activeRegions: [asia-northeast1]\n"],
])("%s", (_what, text) => {
  expect(read(`config:\n${text}  chisan:region: asia-northeast2\n`)).toEqual({ region: "asia-northeast2", active: ["asia-northeast1"] });
});

test.each([
  ["no key", "config:\n  chisan:zone: chisan.app\n"],
  ["no configuration", "secretsprovider: passphrase\n"],
  ["an empty file", ""],
  ["an empty list", "config:\n  chisan:activeRegions: []\n"],
])("%s: nothing is set", (_what, text) => {
  expect(read(text)).toEqual({ region: undefined, active: undefined });
});

test("no file: nothing is set", () => {
  expect(configuredRegions(join(folder, "absent.yaml"))).toEqual({ region: undefined, active: undefined });
});

test("the rehearsal's own file in the sandbox, the committed one in the cloud", () => {
  const target = (kind: Target["kind"], configurationArguments: string[]): Target => ({ kind, environment: {}, configurationArguments, explainFailure: () => undefined });
  expect(configurationFileOf("prod", target("sandbox", ["--config-file", "/somewhere/Pulumi.prod.yaml"]))).toBe("/somewhere/Pulumi.prod.yaml");
  expect(configurationFileOf("prod", target("cloud", []))).toBe(join(repositoryRoot, "Pulumi.prod.yaml"));
});
