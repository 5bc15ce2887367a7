/** Every `chisan` command that a page tells people to type: in its blocks, and in its sentences. */

/** Where a command ends in a shell, outside of quotes. */
const endings = new Set(["\n", "|", ";", "&", ")", "`", ">"]);

/**
 * The arguments of each `npx chisan …` in Markdown, as a shell would give them.
 *
 * A placeholder of the page stays one argument as it stands: `<key of the log>`, `$STACK`. An unquoted `${NAME-}` is nothing, as in a shell where NAME is not set.
 */
export function commandsOf(markdown: string): string[][] {
  // A fence's own ticks end no command; in a sentence a command may go on in the next line.
  const text = markdown
    .split(/^(```[^\n]*\n[\s\S]*?^```)$/m)
    .map((part) => (part.startsWith("```") ? part.replaceAll("\\\n", " ").replace(/^[ \t]*#.*$/gm, "") : part.replace(/(?<!`)`[^`]+`/g, (code) => code.replaceAll("\n", " "))))
    .join("\n");
  return [...text.matchAll(/\bnpx chisan(?=[ `])/g)].map(({ index }) => argumentsFrom(text, index + "npx chisan".length)).filter((found) => found.length > 0);
}

function argumentsFrom(text: string, start: number): string[] {
  const found: string[] = [];
  let word: string | undefined;
  let at = start;
  const close = () => {
    if (word !== undefined) found.push(word);
    word = undefined;
  };
  while (at < text.length) {
    const rest = text.slice(at);
    const [whole = "", inQuotes] = /^(?:"([^"]*)"|'([^']*)')/.exec(rest) ?? [];
    const placeholder = /^<[^<>\n]+>/.exec(rest)?.[0];
    const unset = /^\$\{\w+-\}/.exec(rest)?.[0];
    const char = text.charAt(at);
    if (whole !== "") word = (word ?? "") + (inQuotes ?? whole.slice(1, -1));
    else if (placeholder !== undefined) word = (word ?? "") + placeholder;
    else if (char === " ") close();
    else if (endings.has(char) || (char === "#" && word === undefined)) break;
    else if (unset === undefined) word = (word ?? "") + char;
    at += (whole || placeholder || unset || char).length;
  }
  close();
  return found;
}
