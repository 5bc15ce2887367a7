import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { RecordedResource } from "../components/test-support/mocks";
import { configurationKeyNames } from "../config/stack-configuration-keys";
import { chisanProgram } from "../ops/program";
import { documentLines, plain, tableRows } from "./test-support/document-lines";
import { recordStack } from "./test-support/recorded-stack";

const root = join(__dirname, "..");
const read = (file: string) => readFileSync(join(root, "docs", file), "utf8");
const document = read("operations-and-infrastructure.md");

/** Section → line → what fulfils it. */
const coverage = new Map(
  read("coverage.md")
    .split(/^## /m)
    .slice(1)
    .map((section) => [section.split(" ")[0]!, new Map(tableRows(section).map(([line, fulfilled]) => [plain(line!), fulfilled!]))]),
);
const cells = [...coverage].flatMap(([section, lines]) => [...lines].map(([line, text]) => ({ place: `${section} ${line}`, text })));

/** What stands after a word of ours: resource `x`, `y`; file `z`. A list goes on with `, resource`. */
function named(kind: string, text: string): string[] {
  return [...text.matchAll(new RegExp(`${kind} \`([^\`]+)\``, "g"))].map(([, name]) => name!);
}

let prod: RecordedResource[];
beforeAll(async () => {
  prod = await recordStack("prod");
});

test("the document has lines in each covered section", () => {
  expect([...documentLines(document).keys()]).toEqual(
    ["1.1", "1.2", "1.3", "1.4", "2.1", "2.2", "2.3", "2.4", "2.5", "3.1", "6.1", "6.2", "6.3", "6.4", "6.5", "7.3", "8.3"],
  );
  expect([...documentLines(document).values()].flat().length).toBe(86);
});

test("each line of the document is named, once, under its section, and nothing else is", () => {
  expect([...coverage].map(([section, lines]) => [section, [...lines.keys()].sort()])).toEqual(
    [...documentLines(document)].map(([section, lines]) => [section, [...lines].sort()]),
  );
});

test("each line names a resource, a file, a command, a test or a configuration key, or says that it is not here", () => {
  const kinds = ["resource", "file", "command", "test", "configuration"];
  expect(cells.filter(({ text }) => kinds.every((kind) => named(kind, text).length === 0) && !/Not (?:here|yet)/.test(text)).map(({ place }) => place)).toEqual([]);
});

test("prod has every resource that is named", () => {
  const names = new Set(prod.map(({ name }) => name));
  expect(cells.flatMap(({ place, text }) => named("resource", text).filter((name) => !names.has(name)).map((name) => `${place}: ${name}`))).toEqual([]);
});

test("every file, test, command and configuration key that is named exists", () => {
  const commands = new Set(chisanProgram().commands.map((command) => command.name()));
  const missing = cells.flatMap(({ place, text }) => [
    ...[...named("file", text), ...named("test", text)].filter((file) => !existsSync(join(root, file))).map((file) => `${place}: ${file}`),
    ...named("command", text).filter((command) => !commands.has(command.split(" ")[2] ?? "")).map((command) => `${place}: ${command}`),
    ...named("configuration", text).filter((key) => !(configurationKeyNames as string[]).includes(key)).map((key) => `${place}: ${key}`),
  ]);
  expect(missing).toEqual([]);
});
