/**
 * Whether the files gateway means a refusal for this one attempt only. It says CHI-W046 and CHI-W047 (workers/files-gateway/stalled.ts) of a
 * content that broke off on its way, and then has written nothing: a client whose content is whole sends it again.
 *
 * @param said the answer's error
 */
export function isToBeSentAgain(status: number, said: string): boolean {
  return status >= 500 || status === 429 || /^CHI-W04[67]\b/.test(said);
}

/** The error in an answer's body, or its status. Reads the body. */
export async function errorSaid(answer: Response): Promise<string> {
  return ((await answer.json().catch(() => ({}))) as { error?: string }).error ?? `status ${answer.status}`;
}
