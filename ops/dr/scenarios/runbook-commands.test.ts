import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { CommanderError, type Command } from "commander";
import { chisanProgram } from "../../program";
import { repositoryRoot } from "../../../sandbox/control/paths";
import { runbooksFolder } from "./runbook-blocks";
import { commandsOf } from "./runbook-commands";

/** What stands for a stack in the pages; any other placeholder is taken by its option as it stands. */
const stands: Readonly<Record<string, string>> = { "<stack>": "prod", $STACK: "prod", $TARGET: "prod" };

/** Parsed by the real program, whose commands do nothing here. @returns undefined, or why it would be refused */
async function refusal(given: readonly string[]): Promise<string | undefined> {
  const program = chisanProgram();
  let ran = false;
  silence(program, () => (ran = true));
  try {
    await program.parseAsync(given.map((each) => stands[each] ?? each), { from: "user" });
    return ran ? undefined : "it names no command";
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    return error.code === "commander.helpDisplayed" ? undefined : error.message;
  }
}

function silence(command: Command, ran: () => void): void {
  command.exitOverride().configureOutput({ writeOut: () => undefined, writeErr: () => undefined, outputError: () => undefined });
  if (command.commands.length === 0) command.action(ran);
  for (const each of command.commands) silence(each, ran);
}

const pages = readdirSync(join(repositoryRoot, runbooksFolder)).filter((name) => name.endsWith(".md"));
const all = [...pages.map((page) => join(runbooksFolder, page)), "README.md"].flatMap((page) => commandsOf(readFileSync(join(repositoryRoot, page), "utf8")).map((given) => [`${page}: ${given.join(" ")}`, given] as const));

test.each(all)("%s can be typed", async (_where, given) => {
  expect(await refusal(given)).toBeUndefined();
});

test("every page has some, in blocks and in sentences", () => {
  expect(pages.filter((page) => !all.some(([where]) => where.includes(`/${page}: `)))).toEqual([]);
  const words = all.map(([where]) => where);
  for (const known of ["procedure-c.md: incident close", "procedure-c.md: dr cutover --yes --confirm chisan-dr", "README.md: incident open <title> --severity high"]) expect(words.join("\n")).toContain(known);
});

test("what a shell would give", () => {
  expect(commandsOf('Say `npx chisan incident\nopen "two words" --severity high`, or `npx chisan` alone.')).toEqual([["incident", "open", "two words", "--severity", "high"]]);
  expect(commandsOf("```bash\nA=$(npx chisan a --b 'c d'\"$E\" --json | node -p 'x') # npx\nnpx chisan up ${NONE-} $S \\\n  --yes -- --replace '**::x'   # a remark\n```")).toEqual([
    ["a", "--b", "c d$E", "--json"],
    ["up", "$S", "--yes", "--", "--replace", "**::x"],
  ]);
  expect(commandsOf("`npx chisan files versions <key of the log> --stack <stack>`")).toEqual([["files", "versions", "<key of the log>", "--stack", "<stack>"]]);
});

test.each([
  [["incident", "open", "--severity", "high"], "missing required argument 'title'"],
  [["incident", "open", "x"], "required option '--severity <severity>' not specified"],
  [["dr", "failback", "--now"], "unknown option '--now'"],
  [["destroy"], "missing required argument 'stack'"],
  [["sandboxes"], "unknown command 'sandboxes'"],
])("%j is refused", async (given, words) => {
  expect(await refusal(given)).toContain(words);
});
