import type { Box } from "./collapse";

/** The text of a box. */
export interface BoxText {
  /** `Secret`, `Secret ×7`. */
  readonly heading: string;
  /** The resources' names, without the component's own, in lines. */
  readonly lines: readonly string[];
}

const lineLength = 30;
const mostLines = 4;

/** @param component the name of the component around the box, which every name in it starts with */
export function boxText({ resources }: Box, component: string | undefined): BoxText {
  const heading = resources.length === 1 ? resources[0].shortType : `${resources[0].shortType} ×${resources.length}`;
  return { heading, lines: wrapped(resources.map(({ name }) => withoutPrefix(name, component))) };
}

function withoutPrefix(name: string, component: string | undefined): string {
  return component !== undefined && name.startsWith(`${component}-`) ? name.slice(component.length + 1) : name;
}

/** As many names as there is room for, and how many more there are. */
function wrapped(names: readonly string[]): string[] {
  const lines: string[] = [];
  for (const [index, name] of names.entries()) {
    const text = shortened(index < names.length - 1 ? `${name},` : name);
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + text.length <= lineLength) lines[lines.length - 1] = `${last} ${text}`;
    else if (lines.length < mostLines) lines.push(text);
    else return [...lines, `and ${names.length - index} more`];
  }
  return lines;
}

/** What fits into a line; the title of the box has the whole name. */
function shortened(text: string): string {
  return text.length <= lineLength ? text : `${text.slice(0, lineLength - 1)}…`;
}
