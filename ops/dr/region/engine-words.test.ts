import { engineWords, firstLine } from "./engine-words";

const coloured = "\u001b[31merror: \u001b[0mRunning program failed:\n  CHI-R001 sentry did not answer\n    at Object.invoke (/repository/x.ts:1:2)\n    at next (y.ts:3:4)";

test("of a preview in JSON the first error, in one line, without colours and stack trace, and nothing of the resources", () => {
  const preview = { steps: [{ urn: "urn:pulumi:prod::chisan::supabase:index/project:Project::database" }], diagnostics: [{ severity: "info", message: "hello" }, { severity: "error", message: coloured }] };
  expect(engineWords(JSON.stringify(preview), "")).toBe("error: Running program failed: CHI-R001 sentry did not answer");
});

test("without JSON the line on stderr that tells of an error", () => {
  expect(engineWords("", "warning: old\n\u001b[31merror: \u001b[0mno stack named 'prod' found\n")).toBe("error: no stack named 'prod' found");
  expect(engineWords("{}", "")).toBeUndefined();
});

test("nothing is nothing", () => {
  expect(firstLine(" \n ")).toBeUndefined();
});
