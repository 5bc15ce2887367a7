/** An element of a response: text, or elements in order. An array repeats its element. */
export type XmlValue = string | number | boolean | undefined | readonly XmlValue[] | { [name: string]: XmlValue };

const namespace = "http://s3.amazonaws.com/doc/2006-03-01/";

/** A document of the S3 API. What is undefined is left out. */
export function xml(root: string, content: XmlValue): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n<${root} xmlns="${namespace}">${inner(content)}</${root}>`;
}

/** An error has no namespace. */
export function errorXml(code: string, message: string): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n<Error>${inner({ Code: code, Message: message })}</Error>`;
}

function inner(value: XmlValue): string {
  if (typeof value !== "object") return escaped(String(value ?? ""));
  return Object.entries(value)
    .map(([name, each]) => element(name, each))
    .join("");
}

function element(name: string, value: XmlValue): string {
  if (value === undefined) return "";
  if (Array.isArray(value)) return (value as XmlValue[]).map((each) => element(name, each)).join("");
  return `<${name}>${inner(value)}</${name}>`;
}

const entities: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&apos;" };

/** Characters that XML 1.0 cannot hold are written as references, as S3 does. */
function escaped(text: string): string {
  return text.replace(
    /[&<>"'\u0000-\u001f\u007f]/g,
    (character) => entities[character] ?? `&#x${character.charCodeAt(0).toString(16).toUpperCase()};`,
  );
}

/** The texts of all elements of a name, in the given order: enough for a list of parts or of keys, whose elements do not nest in themselves. */
export function elements(text: string, name: string): string[] {
  return [...text.matchAll(new RegExp(`<${name}(?:\\s[^>]*)?>([\\s\\S]*?)</${name}>`, "g"))].map(([, content = ""]) => content);
}

export function textContent(text: string): string {
  return text.replace(
    /&(?:#x([0-9a-fA-F]+)|#(\d+)|(amp|lt|gt|quot|apos));/g,
    (_all, hex: string | undefined, decimal: string | undefined, name: string | undefined) => {
      if (name !== undefined) return { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" }[name] ?? "";
      return String.fromCodePoint(hex !== undefined ? parseInt(hex, 16) : Number(decimal));
    },
  );
}
