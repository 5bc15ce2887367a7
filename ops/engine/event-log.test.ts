import { appendFileSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { followEvents } from "./event-log";

let folder: string;
let log: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "chisan-event-log-"));
  log = join(folder, "events");
});
afterEach(() => rmSync(folder, { recursive: true }));

interface Event {
  text: string;
}

function follow(): { seen: string[]; restarts: () => number; poll: () => void } {
  const seen: string[] = [];
  let restarts = 0;
  const poll = followEvents<Event>(log, ({ text }) => seen.push(text), () => (restarts += 1));
  return { seen, restarts: () => restarts, poll };
}

const line = (text: string) => `${JSON.stringify({ text })}\n`;

test("passes each event on once, in order, however the bytes arrive", () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: "binary" }), { maxLength: 20 }), fc.array(fc.nat(400), { maxLength: 8 }), (texts, cuts) => {
      rmSync(log, { force: true });
      const { seen, poll, restarts } = follow();
      const bytes = Buffer.from(texts.map(line).join(""));
      const ends = [...cuts.filter((cut) => cut < bytes.length).sort((a, b) => a - b), bytes.length];
      poll();
      let from = 0;
      for (const end of ends) {
        appendFileSync(log, bytes.subarray(from, end));
        from = end;
        poll();
      }
      expect(seen).toEqual(texts.map((text) => (JSON.parse(line(text)) as Event).text));
      expect(restarts()).toBe(0);
    }),
  );
});

test("an event longer than the buffer is whole", () => {
  const { seen, poll } = follow();
  writeFileSync(log, line("가".repeat(100_000)));
  poll();
  expect(seen).toEqual(["가".repeat(100_000)]);
});

test.each([
  ["shorter", ["b"]],
  ["longer", ["b".repeat(500), "c"]],
])("follows a log that was emptied and is %s now", (_length, later) => {
  const { seen, poll, restarts } = follow();
  writeFileSync(log, line("first") + line("half").slice(0, 9));
  poll();
  truncateSync(log);
  appendFileSync(log, later.map(line).join(""));
  poll();
  expect(seen).toEqual(["first", ...later]);
  expect(restarts()).toBe(1);
});

test("a log that is no JSON from its beginning is an error", () => {
  const { poll } = follow();
  writeFileSync(log, "not JSON\n");
  expect(poll).toThrow(SyntaxError);
});
