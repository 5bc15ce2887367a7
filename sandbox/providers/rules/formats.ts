/** Text formats that several providers check. */
import { match, test } from "./facts";

export const JSON_TEXT = test("JSON", (value) => {
  try {
    JSON.parse(String(value));
    return true;
  } catch {
    // Whatever the parser says, the answer is that it is not JSON.
    return false;
  }
});

/** A moment such as `2027-01-01T00:00:00Z`. */
export const RFC3339 = match(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})$/, "a moment as RFC 3339 writes it (2027-01-01T00:00:00Z)");
