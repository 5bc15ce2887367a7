import type { Judgement } from "./judge";
import type { LocalCheck } from "./local/check";

const marks = { done: "✔", open: "✖", "cannot be read": "?" } as const;

/** This machine, a line each; below a problem the command that mends it. */
export function localReport(checks: readonly LocalCheck[]): string {
  const width = Math.max(...checks.map(({ title }) => title.length));
  return checks.map(({ ok, title, found, fix }) => `${ok ? "✔" : "✖"} ${title.padEnd(width)}  ${found}${fix === undefined ? "" : `\n    mend: ${fix}`}`).join("\n");
}

/** Prerequisites: what is open first, what cannot be read next (both with what to do), what is done last. */
export function prerequisiteReport(all: readonly Judgement[]): string {
  const sections = (["open", "cannot be read", "done"] as const).flatMap((state) => {
    const some = all.filter((each) => each.state === state);
    if (some.length === 0) return [];
    const heading = { open: "Open", "cannot be read": "Cannot be read: look yourself", done: "Done" }[state];
    return [`${heading} (${some.length})`, ...some.map((each) => lines(each, state !== "done")), ""];
  });
  return sections.join("\n").trimEnd();
}

function lines({ id, system, title, why, how, because, state, urgent }: Judgement, full: boolean): string {
  const shout = urgent && state === "open" ? "!!! " : "";
  const heading = shout === "" ? title : title.toUpperCase();
  const rest = full ? `\n    do:  ${how}\n    why: ${why}` : "";
  return `${marks[state]} ${shout}${system}: ${heading} [${id}]\n    ${because}${rest}`;
}
