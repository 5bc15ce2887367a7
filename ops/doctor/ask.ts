import type { z } from "zod";
import type { Read } from "./facts";

const limitMilliseconds = 10_000;

/**
 * Reads one JSON document from a vendor. What goes wrong is told by its status or its code, never by a message, which may repeat what was
 * sent.
 *
 * @param who the vendor, for the reason
 */
export async function ask<T>(who: string, url: string, headers: Readonly<Record<string, string>>, shape: z.ZodType<T>): Promise<Read<T> & { status?: number }> {
  let response: Response;
  let body: unknown;
  try {
    // A token is for one host only.
    response = await fetch(url, { headers, redirect: "error", signal: AbortSignal.timeout(limitMilliseconds) });
    if (!response.ok) return { unreadable: `${who} answered ${response.status}`, status: response.status };
    body = await response.json();
  } catch (error) {
    const { cause = error } = error as { cause?: unknown };
    const { code, name } = cause as { code?: unknown; name?: unknown };
    return { unreadable: `${who} gave no answer (${typeof code === "string" ? code : typeof name === "string" ? name : "unknown cause"})` };
  }
  const parsed = shape.safeParse(body);
  return parsed.success ? { value: parsed.data } : { unreadable: `${who}'s answer is not as it describes it`, status: response.status };
}
