/**
 * The Prometheus text format (version 0.0.4), read strictly: a line that is no sample, comment or blank is an error, because a half
 * understood answer would make a wrong metric.
 *
 * Written here because the npm packages for it (`parse-prometheus-text-format` and its forks) have had no release for years, and the
 * exporter needs samples only: no histograms, no types.
 */
import { ExporterError } from "./exporter-error";

export interface Sample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

const namePattern = /[a-zA-Z_:][a-zA-Z0-9_:]*/y;
const labelPattern = /[ \t]*([a-zA-Z_][a-zA-Z0-9_]*)[ \t]*=[ \t]*"((?:[^"\\\n]|\\["\\n])*)"[ \t]*(,|(?=\}))/y;
/** Go's `ParseFloat`, as far as exporters write it, and an optional timestamp in milliseconds. */
const valuePattern = /[ \t]*([+-]?(?:[Ii]nf(?:inity)?|(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)|[Nn]a[Nn])(?:[ \t]+-?\d+)?[ \t]*$/y;

/**
 * All samples, in their order. A label that stands twice has its last value: Supabase's endpoint repeats `supabase_project_ref`.
 *
 * @throws ExporterError CHI-X003 with the number of the first line that cannot be read, and never its content
 */
export function parsePrometheusText(text: string): Sample[] {
  const samples: Sample[] = [];
  text.split("\n").forEach((rawLine, index) => {
    const line = rawLine.replace(/\r$/, "").trimStart();
    if (line === "" || line.startsWith("#")) return;
    const sample = parseSample(line);
    if (sample === undefined) {
      throw new ExporterError(
        "CHI-X003",
        `line ${index + 1} of the metrics endpoint's answer is not in the Prometheus text format: read the answer with curl, and see prometheus-text.ts`,
      );
    }
    samples.push(sample);
  });
  return samples;
}

function parseSample(line: string): Sample | undefined {
  const name = matchAt(namePattern, line, 0);
  if (name === undefined) return undefined;
  let position = skipBlanks(line, name[0].length);
  // No prototype: a label may be called "constructor".
  const labels = Object.create(null) as Record<string, string>;
  if (line[position] === "{") {
    position += 1;
    for (let label = matchAt(labelPattern, line, position); label !== undefined; label = matchAt(labelPattern, line, position)) {
      labels[label[1] as string] = unescaped(label[2] as string);
      position += label[0].length;
    }
    position = skipBlanks(line, position);
    if (line[position] !== "}") return undefined;
    position += 1;
  } else if (position === name[0].length) {
    return undefined;
  }
  const value = matchAt(valuePattern, line, position);
  return value === undefined ? undefined : { name: name[0], labels: { ...labels }, value: numberOf(value[1] as string) };
}

function matchAt(pattern: RegExp, text: string, position: number): RegExpExecArray | undefined {
  pattern.lastIndex = position;
  return pattern.exec(text) ?? undefined;
}

function skipBlanks(text: string, position: number): number {
  let at = position;
  while (text[at] === " " || text[at] === "\t") at += 1;
  return at;
}

function unescaped(text: string): string {
  return text.replace(/\\(["\\n])/g, (_, character: string) => (character === "n" ? "\n" : character));
}

function numberOf(text: string): number {
  const lower = text.toLowerCase();
  if (lower === "nan") return NaN;
  if (lower.includes("inf")) return lower.startsWith("-") ? -Infinity : Infinity;
  return Number(text);
}
