/** Renders `.env.local` for development (section 2.2: git-ignored, on the developer's machine). Writing it, with mode 0600, is LocalEnvironment's. */

const header = `# Written by \`pulumi up\` of the dev stack; changes made here are overwritten. Holds secrets: never commit or share it.\n`;

/**
 * The text of a `.env.local`: one line per value, quoted only where it must be, read back unchanged by Node, dotenv and Next.js.
 *
 * @throws CHI-V003 for a name that is not an environment variable's, or a value that those readers would not read back alike:
 *   control characters, `$` (Next.js expands it), or all of ' " ` at once. The value itself is never in the message.
 */
export function renderEnvLocal(values: Readonly<Record<string, string>>): string {
  return (
    header +
    Object.entries(values)
      .map(([name, value]) => `${checkedName(name)}=${quoted(name, value)}\n`)
      .join("")
  );
}

function checkedName(name: string): string {
  if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) {
    throw new Error(
      `CHI-V003 ${JSON.stringify(name)} cannot be the name of an environment variable: use letters, digits and _, no digit first`,
    );
  }
  return name;
}

function quoted(name: string, value: string): string {
  if (/^[A-Za-z0-9_.:/@%+=,?&~-]+$/.test(value)) return value;
  if (/[\u0000-\u001f\u007f\u2028\u2029$]/.test(value)) {
    throw new Error(
      `CHI-V003 the value of ${name} holds a control character or "$", which .env.local cannot carry: use a value without it`,
    );
  }
  // In single quotes and backquotes every reader takes the text as it is; in double quotes "\\n" would become a line break.
  const quote = ["'", "`", '"'].find((mark) => !value.includes(mark) && !(mark === '"' && value.includes("\\")));
  if (quote === undefined) {
    throw new Error(
      `CHI-V003 the value of ${name} holds all of ' " and \`, which .env.local cannot carry: use a value without one of them`,
    );
  }
  return quote + value + quote;
}
