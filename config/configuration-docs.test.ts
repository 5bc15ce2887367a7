import { readFileSync } from "node:fs";
import { join } from "node:path";
import { renderConfigurationDocs } from "./configuration-docs";
import { environmentVariableNames } from "./environment-variables";
import { configurationKeyNames, configurationKeys } from "./stack-configuration-keys";

const committed = readFileSync(join(__dirname, "..", "docs", "configuration.md"), "utf8");

test("docs/configuration.md is current: when this fails, run npm run docs", () => {
  expect(committed).toBe(renderConfigurationDocs());
});

test("every key and every variable has its row, with as many cells as the heading", () => {
  const rows = committed.split("\n").filter((line) => line.startsWith("| `"));
  expect(rows).toHaveLength(configurationKeyNames.length + environmentVariableNames.length);
  const cells = rows.map((row) => row.split(/(?<!\\)\|/).length - 2);
  expect(cells).toEqual([...configurationKeyNames.map(() => 6), ...environmentVariableNames.map(() => 7)]);
});

test("each Pulumi.<stack>.yaml names every required key, set or as a command to run", () => {
  for (const stack of ["dev", "staging", "prod", "chisan-dr"] as const) {
    const file = readFileSync(join(__dirname, "..", `Pulumi.${stack}.yaml`), "utf8");
    const required = configurationKeyNames.filter((name) => (configurationKeys[name].required as readonly string[]).includes(stack));
    expect(required.filter((name) => !file.includes(`chisan:${name}`))).toEqual([]);
    for (const line of file.split("\n").filter((text) => text.includes("pulumi config set"))) expect(line).toContain(`--stack ${stack}`);
  }
});
