import fc from "fast-check";
import { type Sample, parsePrometheusText } from "./prometheus-text";

const name = fc.stringMatching(/^[a-zA-Z_:][a-zA-Z0-9_:]{0,20}$/);
const labelName = fc.stringMatching(/^[a-zA-Z_][a-zA-Z0-9_]{0,20}$/);
// Carriage returns are the end of a line to some writers; no exporter has them in a label.
const labelValue = fc.string({ unit: "grapheme" }).filter((text) => !text.includes("\r"));
const value = fc.oneof(fc.double(), fc.constantFrom(0, Infinity, -Infinity, NaN, 1.5e300, 2 ** 53));
const sample: fc.Arbitrary<Sample> = fc.record({
  name,
  labels: fc.dictionary(labelName, labelValue, { maxKeys: 4, noNullPrototype: true }),
  value,
});

function escaped(text: string): string {
  return text.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n");
}

function written(value: number): string {
  if (Number.isNaN(value)) return "NaN";
  if (!Number.isFinite(value)) return value > 0 ? "+Inf" : "-Inf";
  return Object.is(value, -0) ? "-0" : String(value);
}

function line({ name, labels, value }: Sample, blank: string, timestamp: string): string {
  const inner = Object.entries(labels)
    .map(([label, text]) => `${label}${blank}=${blank}"${escaped(text)}"`)
    .join(`${blank},${blank}`);
  return `${name}${inner === "" ? "" : `{${blank}${inner}${blank}}`} ${written(value)}${timestamp}`;
}

test("what is written by the format's rules is read as it was", () => {
  fc.assert(
    fc.property(
      fc.array(sample, { maxLength: 8 }),
      fc.constantFrom("", " ", "\t"),
      fc.constantFrom("", " 1395066363000", "\t-1"),
      (samples, blank, time) => {
        const text = ["# HELP a b", "", ...samples.map((each) => line(each, blank, time)), "# EOF"].join("\n");
        expect(parsePrometheusText(text)).toEqual(samples);
      },
    ),
  );
});

test("whatever comes, it is read or refused with the line's number, and the refusal quotes nothing", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (text) => {
      try {
        parsePrometheusText(text);
      } catch (error) {
        expect((error as Error).message).toMatch(
          /^CHI-X003 line \d+ of the metrics endpoint's answer is not in the Prometheus text format: [^\n]*$/,
        );
      }
    }),
  );
});

test("a line as Supabase writes it: one label twice, the last one counts", () => {
  const text = 'node_memory_SUnreclaim_bytes{supabase_project_ref="abc",supabase_project_ref="def",service_type="db"} 1.0334208e+08\r\n';
  expect(parsePrometheusText(text)).toEqual([
    { name: "node_memory_SUnreclaim_bytes", labels: { supabase_project_ref: "def", service_type: "db" }, value: 103342080 },
  ]);
});

test.each([
  "<html>",
  "name",
  "name{} ",
  'name{a="b" c="d"} 1',
  'name{a="b} 1',
  'name{a="\\x"} 1',
  'name{a="b"}1x',
  "name 1 2 3",
  "name 0x10",
  "name 1_000",
  "name 1 1.5",
  "1name 1",
  "name1",
  "name{,} 1",
])("%s is refused", (text) => {
  expect(() => parsePrometheusText(`ok 1\n${text}\n`)).toThrow("CHI-X003 line 2");
});

test("a comma after the last label and a value right after the brace are in the format", () => {
  expect(parsePrometheusText('a{b="c",} 1\nd{}2')).toEqual([
    { name: "a", labels: { b: "c" }, value: 1 },
    { name: "d", labels: {}, value: 2 },
  ]);
});
