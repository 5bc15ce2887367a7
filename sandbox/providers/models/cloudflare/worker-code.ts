import { transformSync } from "esbuild";
import type { Json, JsonObject } from "../../../world/world";
import { cloudflareError } from "./common";

interface Complaint {
  errors?: Array<{ text: string; location?: { line: number; column: number } | null }>;
}

/** Refuses code that is no JavaScript, and a main module that exports nothing. The code itself never comes into the message. */
function validateSyntax(content: string, module: boolean): void {
  let code: string;
  try {
    // Comments go with the white space, so that the word `export` in one does not count.
    code = transformSync(content, {
      loader: "js",
      format: module ? "esm" : undefined,
      minifyWhitespace: true,
      legalComments: "none",
      logLevel: "silent",
    }).code;
  } catch (error) {
    const [first] = (error as Complaint).errors ?? [];
    if (!first) throw error;
    const place = first.location ? ` at line ${first.location.line}, column ${first.location.column}` : "";
    throw cloudflareError(400, 10021, `Uncaught SyntaxError: ${first.text}${place}`);
  }
  if (module && !/\bexport\b/.test(code)) throw cloudflareError(400, 10068, "No event handlers were registered. This script does nothing.");
}

function validateCompatibilityDate(date: Json | undefined, now: string): void {
  if (date === undefined || date === "") return;
  const text = String(date);
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text) || Number.isNaN(Date.parse(text)) || new Date(text).toISOString().slice(0, 10) !== text)
    throw cloudflareError(400, 10021, `Invalid compatibility date: "${text}" is not a date YYYY-MM-DD`);
  // https://developers.cloudflare.com/workers/configuration/compatibility-dates/
  if (text > now.slice(0, 10)) throw cloudflareError(400, 10021, `Can't set compatibility date in the future: "${text}"`);
}

/** @param now ISO 8601, UTC */
export function validateWorkerCode({ content, mainModule, compatibilityDate }: JsonObject, now: string): void {
  if (typeof content === "string" && content !== "") validateSyntax(content, mainModule !== undefined);
  validateCompatibilityDate(compatibilityDate, now);
}
