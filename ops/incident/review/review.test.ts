import fc from "fast-check";
import { incidentOf, requireSaid } from "../journal/incident";
import { questions, type IncidentRecord } from "../journal/incident-record";
import { reviewHtml } from "./review-html";
import { reviewMarkdown } from "./review-markdown";
import { durationInWords, koreanTime, missingToClose, reviewOf, unansweredWords } from "./review";

const at = (minute: number) => new Date(Date.UTC(2026, 10, 23, 5, minute)).toISOString();
const by = "devops@laptop";
const opened: IncidentRecord = { at: at(0), by, kind: "opened", title: "orders are gone", severity: "high", stack: "prod" };
const full: IncidentRecord[] = [
  opened,
  { at: at(1), by, kind: "note", text: "the table is empty since 13:58" },
  { at: at(2), by, kind: "command-begun", run: "one", command: "npx chisan pitr --stack prod", target: "cloud" },
  { at: at(14), by, kind: "command-ended", run: "one", exitCode: 0 },
  { at: at(15), by, kind: "command-begun", run: "two", command: "npx chisan backup verify", target: "cloud" },
  { at: at(16), by, kind: "command-ended", run: "two", exitCode: 1 },
  { at: at(17), by, kind: "command-begun", run: "three", command: "npx chisan dr drill", target: "sandbox" },
  { at: at(18), by, kind: "answer", question: "root-cause", text: "a guess" },
  { at: at(19), by, kind: "answer", question: "root-cause", text: "a migration without a WHERE" },
  { at: at(20), by, kind: "answer", question: "data-loss", text: "none" },
  { at: at(21), by, kind: "answer", question: "downtime", text: "42 minutes" },
  { at: at(22), by, kind: "answer", question: "affected-users", text: "all 61" },
  { at: at(23), by, kind: "answer", question: "runbook", text: "procedure B names the audit log first" },
  { at: at(24), by, kind: "action", what: "refuse UPDATE without WHERE in migrations", owner: "dba", due: "2026-12-01" },
  { at: at(120), by, kind: "closed" },
];
const incident = (records: readonly IncidentRecord[], unreadableLines: readonly number[] = []) => incidentOf("20261123-050000-orders-are-gone", { records, unreadableLines });
const both = (records: readonly IncidentRecord[], damaged: readonly number[] = []) => [reviewMarkdown, reviewHtml].map((render) => render(reviewOf(incident(records, damaged))));

test("a complete review has every part of section 4.4 and nothing unanswered", () => {
  for (const shown of both(full)) {
    for (const part of ["Timeline", "Root cause", "Impact", "Data loss", "Downtime", "Affected users", "Action items", "Runbook updates"]) expect(shown).toContain(part);
    for (const said of ["a migration without a WHERE", "42 minutes", "all 61", "procedure B names", "refuse UPDATE", "dba", "2026-12-01", "2026-11-23 14:01:00", "succeeded after 12 min", "failed, exit code 1 after 1 min", "no end recorded", "after 2 h"]) {
      expect(shown).toContain(said);
    }
    expect(shown).not.toContain(unansweredWords);
    expect(shown).not.toContain("Not complete");
  }
});

test("what nobody answered is visible at its place and at the top", () => {
  for (const shown of both([opened])) {
    expect(shown.split(unansweredWords)).toHaveLength(questions.length + 1 + 1);
    expect(shown).toContain("Nobody has answered: Root cause, Data loss, Downtime, Affected users, Runbook updates, Action items");
    expect(shown).toContain("still open");
  }
});

test("the last answer counts, the earlier stays in the timeline", () => {
  expect(reviewOf(incident(full)).rootCause.text).toBe("a migration without a WHERE");
  expect(incident(full).timeline.map(({ text }) => text)).toContain("Root cause: a guess");
});

test("a damaged journal says so in the review", () => {
  for (const shown of both(full, [7, 12])) expect(shown).toMatch(/journal's lines 7, 12 cannot be read/);
});

test("closing needs the root cause and the three parts of the impact, in any order, and no more", () => {
  const needed = ["root-cause", "data-loss", "downtime", "affected-users"];
  fc.assert(
    fc.property(fc.shuffledSubarray([...questions]), (answered) => {
      const records = [opened, ...answered.map((question): IncidentRecord => ({ at: at(1), by, kind: "answer", question, text: "x" }))];
      const missing = missingToClose(incident(records));
      expect(missing.map((line) => / answer (\S+) /.exec(line)?.[1])).toEqual(needed.filter((question) => !answered.some((one) => one === question)));
    }),
  );
});

test.each(["", "  ", "TBD", "tbd", "?", "???", "-", "N/A", "todo", "...", "unknown", "미정"])("%j is no answer", (text) => expect(() => requireSaid("the answer", text)).toThrow("CHI-I004"));
test.each(["none", "0", "a disk", " about 12 minutes ", "unknown until Supabase answers"])("%j is an answer", (text) => expect(requireSaid("the answer", text)).toBe(text.trim()));

test("a journal without its opening is refused", () => expect(() => incident(full.slice(1))).toThrow("CHI-I009"));

/** Everything a person or a command line brings in. */
const withText = (text: string): IncidentRecord[] => [
  { ...opened, title: text },
  { at: at(1), by: text, kind: "note", text },
  { at: at(2), by, kind: "command-begun", run: "one", command: text, target: "cloud" },
  ...questions.map((question): IncidentRecord => ({ at: at(3), by, kind: "answer", question, text })),
  { at: at(4), by, kind: "action", what: text, owner: text },
];
const hostile = fc.oneof(
  fc.constantFrom("<script>alert(1)</script>", "</style><script>", '"><img src=x onerror=alert(1)>', "a | b | c", "line one\nline two", "``` code ```", "`", "&lt;b&gt;", "[x](javascript:alert(1))", "# heading", "\\|"),
  fc.string({ unit: "binary" }),
  fc.array(fc.constantFrom("<", ">", "&", '"', "'", "|", "`", "\n", "\r\n", "\\", "a", "*", "[", "]")).map((signs) => signs.join("")),
);

test("no text becomes markup of the page", () => {
  const tags = (html: string) => [...html.matchAll(/<\/?[a-z!][^>]*>/gi)].map(([tag]) => tag.replace(/datetime="[^"]*"|class="severity [^"]*"/g, "")).filter((tag) => tag !== "<br>");
  const plain = tags(reviewHtml(reviewOf(incident(withText("x")))));
  fc.assert(fc.property(hostile, (text) => expect(tags(reviewHtml(reviewOf(incident(withText(text)))))).toEqual(plain)));
});

test("no text breaks out of its cell or becomes HTML in the Markdown", () => {
  const shape = (markdown: string) => {
    const lines = markdown.split("\n").filter((line) => line.startsWith("| "));
    // Bars that are not escaped: an even number of backslashes before them, or none.
    return lines.map((line) => [...line.matchAll(/(?<!\\)(?:\\\\)*\|/g)].length);
  };
  const plain = shape(reviewMarkdown(reviewOf(incident(withText("x")))));
  fc.assert(
    fc.property(hostile, (text) => {
      const markdown = reviewMarkdown(reviewOf(incident(withText(text))));
      expect(shape(markdown)).toEqual(plain);
      // No tag but our own.
      expect(markdown.replace(/<br>|<\/?code>/g, "")).not.toContain("<");
    }),
  );
});

test("times are Seoul's", () => expect(koreanTime("2026-11-23T15:30:09.999Z")).toBe("2026-11-24 00:30:09"));
test.each([[0, "0 s"], [59.4, "59 s"], [60, "1 min"], [3725, "1 h 2 min"], [86_400, "1 d"], [3 * 86_400 + 7200, "3 d 2 h"]])("%d s are %s", (seconds, text) => expect(durationInWords(seconds)).toBe(text));
