/** The page's style. Every colour is a variable with a value for light and one for dark; style.test.ts holds their contrast against WCAG's 4.5. */

interface Palette {
  readonly paper: string;
  readonly card: string;
  readonly ink: string;
  readonly quiet: string;
  readonly line: string;
  readonly good: string;
  readonly goodPaper: string;
  readonly bad: string;
  readonly badPaper: string;
  readonly before: string;
  readonly outage: string;
  readonly substitute: string;
  readonly return: string;
  readonly clean: string;
  readonly band: string;
}

export const palettes: Readonly<Record<"light" | "dark", Palette>> = {
  light: {
    paper: "#f5f6f8",
    card: "#ffffff",
    ink: "#16202b",
    quiet: "#4d5966",
    line: "#d5dbe2",
    good: "#12703f",
    goodPaper: "#e3f4ea",
    bad: "#b3261e",
    badPaper: "#fdeae8",
    before: "#7a8a9c",
    outage: "#c8412f",
    substitute: "#b87a08",
    return: "#2f6fc4",
    clean: "#a9b4c0",
    band: "#f9dcd7",
  },
  dark: {
    paper: "#0e1318",
    card: "#171e26",
    ink: "#e7ecf2",
    quiet: "#a6b2bf",
    line: "#323d49",
    good: "#5fd394",
    goodPaper: "#12301f",
    bad: "#ff8a7d",
    badPaper: "#3b1815",
    before: "#75879a",
    outage: "#ef6b58",
    substitute: "#dba53a",
    return: "#6aa5ee",
    clean: "#56636f",
    band: "#3a1c1a",
  },
};

const variables = (palette: Palette) => Object.entries(palette).map(([name, value]) => `--${name}:${value}`).join(";");

export const style = `
:root{color-scheme:light dark;${variables(palettes.light)}}
@media (prefers-color-scheme:dark){:root{${variables(palettes.dark)}}}
*{box-sizing:border-box}
body{margin:0;background:var(--paper);color:var(--ink);font:16px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif}
main{max-width:1040px;margin:0 auto;padding:24px 20px 48px}
header,section{background:var(--card);border:1px solid var(--line);border-radius:10px;padding:20px 24px;margin:0 0 16px}
header{border-left:8px solid var(--good)}
header.failed{border-left-color:var(--bad)}
header p{margin:6px 0}
header .kind{color:var(--quiet);font-size:14px;margin:0 0 6px}
h1{font-size:27px;line-height:1.25;margin:4px 0 10px;text-wrap:balance}
h1 .mark{color:var(--good);margin-right:10px}
header.failed h1 .mark{color:var(--bad)}
h2{font-size:18px;margin:0 0 12px}
.note,.limit,footer,small{color:var(--quiet);font-size:14px}
.objectives{display:grid;grid-template-columns:repeat(auto-fit,minmax(210px,1fr));gap:14px}
.objective{border:1px solid var(--line);border-radius:8px;padding:12px 14px}
.objective.missed{border-color:var(--bad);background:var(--badPaper)}
.objective p{margin:0}
.meaning{font-weight:650}
.scenario{font-size:13px;color:var(--quiet)}
.value{font-size:23px;font-weight:650;margin:2px 0 6px!important}
.verdict{font-size:13px;font-weight:650;padding:2px 9px;border-radius:999px;vertical-align:middle;white-space:nowrap;background:var(--goodPaper);color:var(--good)}
.missed .verdict{background:var(--badPaper);color:var(--bad);border:1px solid var(--bad)}
.not-measured .verdict{background:none;color:var(--quiet);border:1px solid var(--line)}
.gauge{display:block;width:100%;height:10px}
.allowed{fill:var(--line)}
.used{fill:var(--good)}
.missed .used{fill:var(--bad)}
.limit{margin-top:5px!important}
.caveat{margin-top:8px!important;padding-top:7px;border-top:1px dashed var(--line);font-size:14px}
.scroll{overflow-x:auto}
.timeline{display:block;min-width:720px;width:100%;height:auto;font-size:13px}
.timeline text{fill:var(--ink)}
.timeline .part{font-weight:650;font-size:13px}
.timeline .step{font-size:12px}
.timeline text.step,.timeline .tick{fill:var(--quiet);font-size:12px}
.timeline .took{font-variant-numeric:tabular-nums}
.timeline .took.failed{fill:var(--bad);font-weight:650}
.timeline .outage-title{fill:var(--bad);font-weight:650}
.timeline .grid{stroke:var(--line);stroke-width:1}
.timeline rect.outage{fill:var(--band)}
.timeline rect.lost{fill:var(--substitute);opacity:.45}
.timeline .bar.before{fill:var(--before)}
.timeline .bar.outage{fill:var(--outage)}
.timeline .bar.substitute{fill:var(--substitute)}
.timeline .bar.return{fill:var(--return)}
.timeline .bar.clean-up{fill:var(--clean)}
.timeline .bar.step{opacity:.75}
.timeline .bar.failed{stroke:var(--bad);stroke-width:2;stroke-dasharray:4 3}
.swatch{display:inline-block;width:14px;height:12px;border:1px solid var(--line);margin-right:6px;vertical-align:-1px}
.swatch.outage{background:var(--band);border-color:var(--bad)}
.swatch.lost{background:var(--substitute);opacity:.6}
.columns{display:grid;grid-template-columns:1fr 1fr;gap:28px}
@media (max-width:760px){.columns{grid-template-columns:1fr}h1{font-size:22px}}
ul{margin:0;padding-left:20px}
li{margin:0 0 9px}
ul.marked{list-style:none;padding-left:26px}
ul.marked .yes,ul.marked .no{display:inline-block;width:26px;margin-left:-26px;color:var(--good);font-weight:700}
ul.marked .no{color:var(--bad)}
table{border-collapse:collapse;width:100%;font-size:14px}
th,td{text-align:left;vertical-align:top;padding:6px 14px 6px 0;border-bottom:1px solid var(--line)}
td.number,th.number{white-space:nowrap;font-variant-numeric:tabular-nums}
tr.step td{color:var(--quiet)}
tr.step td:first-child{padding-left:18px}
tr.failed td{color:var(--bad)}
footer{padding:0 4px;overflow-wrap:anywhere}
@media print{body{background:none}header,section{break-inside:avoid}}
`;
