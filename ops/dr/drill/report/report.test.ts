import { createPrivateKey, createPublicKey } from "node:crypto";
import { mkdtempSync, readFileSync, readdirSync, rmSync, unlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { newPrivateKey } from "../signature/signature";
import { html } from "./html";
import { markdown } from "./markdown";
import { atRealSize } from "./real-size";
import { reportSchema, type ReportBody } from "./schema";
import { palettes } from "./style";
import { failedReport, passedReport } from "./test-support/made-up-report";
import { tickSeconds, timelineRows, timelineSvg } from "./timeline-svg";
import { verifyReport } from "./verify-report";
import { duration, headline, summary } from "./words";
import { reportFiles, writeReport } from "./write-report";

const directory = mkdtempSync(join(tmpdir(), "chisan-report-"));
afterAll(() => rmSync(directory, { recursive: true, force: true }));
const key = createPrivateKey(newPrivateKey());
const signers = [{ name: "tester", publicKey: createPublicKey(key) }];
let folders = 0;
const written = (body: ReportBody) => writeReport(join(directory, String((folders += 1))), reportFiles(body, key, []).files);

describe("words", () => {
  test.each([
    [0, "0 s"],
    [6.23, "6.2 s"],
    [59.6, "1 min"],
    [93, "1 min 33 s"],
    [3600, "1 h"],
    [7384, "2 h 3 min"],
    [86_400, "1 day"],
    [7 * 86_400 + 3600, "7 days 1 h"],
  ])("%d seconds are %s", (seconds, text) => expect(duration(seconds)).toBe(text));

  test("the headline says first what matters most", () => {
    expect(headline(passedReport())).toBe("CHISAN could be brought back after a complete loss in 1 min 33 s, rehearsed with 1,948 rows");
    expect(headline(failedReport())).toBe("The drill failed: do not rely on the recovery until this is mended");
    const passed = passedReport();
    const untidy = { ...passed, result: "failed" as const, phases: passed.phases.map((phase) => (phase.name === "clean-up" ? { ...phase, state: "failed" as const } : phase)) };
    expect(headline(untidy)).toBe("The recovery worked, but cleaning up after the drill did not");
    const missed = { ...passed, result: "failed" as const, objectives: passed.objectives.map((each) => (each.id === "rto-complete-rebuild" ? { ...each, verdict: "missed" as const } : each)) };
    expect(headline(missed)).toBe("The drill missed 1 objective: RTO of complete rebuild");
  });

  test("damage is not told as a short loss", () => {
    const { databaseLoss } = passedReport();
    const lines = summary({ ...passedReport(), databaseLoss: { ...databaseLoss!, holes: 2, changed: 1 } }).join("\n");
    expect(lines).toContain("The database came back DAMAGED: 2 rows missing in between and 1 row came back with other content.");
  });
});

describe("what a rehearsal's seconds do not say", () => {
  const larger = "1 GB: 82 min; 10 GB: 2 h 30 min; 100 GB: 14 h 27 min, MISSED";

  test("stands beside them: the rehearsed rows, the model's time for more, the worst case of loss", () => {
    const report = passedReport();
    for (const text of [html(report).replaceAll("&#39;", "'"), markdown(report)]) {
      expect(text).toContain(`With 1,948 rows. Expected at ${larger}`);
      expect(text).toContain("That was with 1,948 rows and 24 files. With production's amount of data it takes longer, by the size of the database: 82 min at 1 GB,");
      expect(text).toContain("(the 4 h are MISSED)");
      expect(text).toContain("The drill's own pause after its backup. In production up to 1 day: the backup is daily");
    }
    // In the cloud the newest export's real age was measured.
    expect(html({ ...report, target: "cloud" })).not.toContain("own pause");
  });

  test("is computed from the recorded rates for each report, grows with the size, and a report of before is still one", () => {
    const { atRealSize: _unset, ...before } = passedReport();
    const { report } = reportFiles(before, key, []);
    const seconds = report.atRealSize?.estimates.map((each) => each.seconds) ?? [];
    expect(report.atRealSize?.estimates.map(({ databaseBytes }) => databaseBytes)).toEqual([1e9, 10e9, 100e9]);
    expect([...seconds].sort((one, other) => one - other)).toEqual(seconds);
    const { atRealSize: _neither, ...old } = report;
    expect(reportSchema.safeParse(old).success).toBe(true);
    expect(html(before)).not.toContain("Expected at");
  });

  test("without the rates the report is written all the same", () => {
    const said = jest.spyOn(process.stderr, "write").mockReturnValue(true);
    expect(atRealSize(passedReport(), join(directory, "no-rates.json"))).toBeNull();
    expect(said).toHaveBeenCalledWith(expect.stringContaining("CHI-H202"));
    said.mockRestore();
  });
});

describe("timeline", () => {
  test("phases follow each other, steps lie within theirs, and the outage is what its phases are", () => {
    const { rows, total, outage } = timelineRows(passedReport().phases);
    const phases = rows.filter(({ kind }) => kind === "phase");
    phases.forEach((row, index) => expect(row.from).toBe(phases.slice(0, index).reduce((sum, { seconds }) => sum + seconds, 0)));
    const standUp = phases.find(({ text }) => text === "Stand up the substitute")!;
    for (const { from, seconds } of rows.filter(({ kind }) => kind === "step")) {
      expect(from).toBeGreaterThanOrEqual(standUp.from);
      expect(from + seconds).toBeLessThanOrEqual(standUp.from + standUp.seconds);
    }
    expect(outage!.to - outage!.from).toBe(93);
    expect(total).toBe(320);
  });

  test("whatever the durations, nothing is drawn outside of the picture, and there are seven marks at most", () => {
    const passed = passedReport();
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 20_000, noNaN: true }), { minLength: passed.phases.length, maxLength: passed.phases.length }), (seconds) => {
        const svg = timelineSvg({ ...passed, phases: passed.phases.map((phase, index) => ({ ...phase, seconds: seconds[index] ?? 0 })) });
        for (const [, x, width] of svg.matchAll(/<rect[^>]* x="([\d.-]+)"[^>]* width="([\d.-]+)"/g)) {
          expect(Number(x)).toBeGreaterThanOrEqual(300);
          expect(Number(x) + Number(width)).toBeLessThanOrEqual(962);
        }
        expect(svg).not.toMatch(/NaN|Infinity|undefined/);
        expect([...svg.matchAll(/class="tick"/g)].length).toBeLessThanOrEqual(8);
      }),
    );
    expect(tickSeconds(2_000_000)).toBe(4 * 86_400);
  });

  test("a drill that did nothing yet is drawn as well", () => {
    expect(timelineSvg({ phases: [], databaseLoss: null })).toContain("<svg");
  });
});

describe("page", () => {
  const texts = [html(passedReport()), html(failedReport())];

  test("needs nothing but itself", () => {
    for (const page of texts) expect(page).not.toMatch(/https?:\/\/|<script|<link|@import|url\(/);
  });

  test("every tag is closed where it was opened", () => {
    for (const page of texts) {
      const open: string[] = [];
      const alone = new Set(["meta", "br", "rect", "line", "!doctype"]);
      for (const [, slash, name = ""] of page.replace(/<style>[^]*<\/style>/, "").matchAll(/<(\/?)([a-z!][a-z0-9]*)/g)) {
        if (alone.has(name)) continue;
        if (slash === "") open.push(name);
        else expect([name, open.pop()]).toEqual([name, name]);
      }
      expect(open).toEqual([]);
    }
  });

  test("text is text, wherever it came from", () => {
    const failure = `CHI-H125 <img src=x onerror=alert(1)> "quoted" & 'more'`;
    const body = { ...failedReport(), failures: [failure], phases: failedReport().phases.map((phase) => ({ ...phase, title: failure, failure })) };
    expect(html(body)).not.toContain("<img");
    expect(timelineSvg(body)).not.toContain("<img");
    expect(html(body)).toContain("&lt;img src=x onerror=alert(1)&gt;");
  });

  test("says what was missed, what was not proven, and what to do", () => {
    for (const text of [texts[1], markdown(failedReport())]) {
      for (const words of ["The drill failed", "CHI-H061", "1 h 10 min", "not reached", "npx chisan dr drill", "npx chisan destroy chisan-dr --cloud", "The vendors&#39; own speed"]) {
        expect(text).toContain(text === texts[1] ? words : words.replace("&#39;", "'"));
      }
    }
  });

  test.each(["light", "dark"] as const)("%s: every text stands out from its ground (WCAG, 4.5 to 1), every bar from its own (3 to 1)", (mode) => {
    const palette = palettes[mode];
    for (const ink of [palette.ink, palette.quiet, palette.good, palette.bad]) expect(contrast(ink, palette.card)).toBeGreaterThanOrEqual(4.5);
    expect(contrast(palette.good, palette.goodPaper)).toBeGreaterThanOrEqual(4.5);
    for (const ink of [palette.ink, palette.quiet, palette.bad]) expect(contrast(ink, palette.badPaper)).toBeGreaterThanOrEqual(4.5);
    for (const bar of [palette.before, palette.substitute, palette.return]) expect(contrast(bar, palette.card)).toBeGreaterThanOrEqual(3);
    expect(contrast(palette.outage, palette.band)).toBeGreaterThanOrEqual(3);
  });
});

describe("signed", () => {
  test("a report is what it was", () => {
    const folder = written(passedReport());
    expect(readdirSync(folder).sort()).toEqual(["report.html", "report.json", "report.json.pub", "report.json.sig", "report.md"]);
    expect(verifyReport(join(folder, "report.json"), signers)).toMatchObject({ signer: "tester", unchanged: ["report.md", "report.html"], absent: [], report: { id: "20261123T143000.000Z", result: "passed" } });
  });

  test("one changed byte of any of its files is told", () => {
    const folder = written(passedReport());
    const file = join(folder, "report.json");
    for (const name of readdirSync(folder)) {
      const before = readFileSync(join(folder, name));
      for (const at of [0, before.length >> 1, before.length - 2]) {
        const changed = Buffer.from(before);
        changed[at] = (changed[at] as number) ^ 1;
        writeFileSync(join(folder, name), changed);
        expect(() => verifyReport(file, signers)).toThrow(/^CHI-H13[2367] /);
      }
      writeFileSync(join(folder, name), before);
    }
    expect(verifyReport(file, signers).signer).toBe("tester");
    // By its folder, and by what people open.
    for (const named of [folder, join(folder, "report.html")]) expect(verifyReport(named, signers).file).toBe(file);
    expect(() => verifyReport(file, [])).toThrow(/^CHI-H132 .*report\.json\.pub, which came with the report, tells only whether it was changed/);
  });

  test("what is not there is named, and not taken for unchanged", () => {
    const folder = written(passedReport());
    unlinkSync(join(folder, "report.html"));
    expect(verifyReport(join(folder, "report.json"), signers)).toMatchObject({ unchanged: ["report.md"], absent: ["report.html"] });
    unlinkSync(join(folder, "report.json.sig"));
    expect(() => verifyReport(join(folder, "report.json"), signers)).toThrow(/^CHI-H136 .*ENOENT/);
  });

  test.each([
    ["a password in an address", "postgresql://postgres:canary@db.example:5432/postgres", []],
    ["an age identity", "AGE-SECRET-KEY-1QQQQQQQQQQQQQQQQQ", []],
    ["a private key", "-----BEGIN PRIVATE KEY-----", []],
    ["a value that opens something", "canary-5d1f0c77", ["canary-5d1f0c77"]],
  ])("%s in any phase's words keeps the report from being written", (form, text, secrets) => {
    const [first, ...rest] = passedReport().phases;
    const body = { ...passedReport(), phases: [{ ...first!, summary: `done with ${text}` }, ...rest] };
    const work = () => reportFiles(body, key, secrets);
    expect(work).toThrow(`CHI-H135 the report holds ${form}`);
    expect(() => work()).not.toThrow("canary");
  });
});

/** https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio */
function contrast(one: string, other: string): number {
  const luminance = (colour: string) => {
    const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16) / 255).map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const [bright = 0, dark = 0] = [luminance(one), luminance(other)].sort((a, b) => b - a);
  return (bright + 0.05) / (dark + 0.05);
}
