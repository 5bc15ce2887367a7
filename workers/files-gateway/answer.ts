/** What the gateway answers: a status and a JSON body. */
export interface Answer {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

/** A refusal that the caller can mend. `message` begins with its code. */
export class Refusal extends Error {
  public constructor(
    public readonly status: number,
    message: string,
  ) {
    super(message);
  }
}

export function respond({ status, body }: Answer): Response {
  return Response.json(body, { status, headers: { "cache-control": "no-store" } });
}

/** The answer to an error: of ours with its line, of others without a detail, which goes to the log. */
export async function answering(work: () => Promise<Response>): Promise<Response> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof Refusal) return respond({ status: error.status, body: { error: error.message } });
    console.error(JSON.stringify({ what: "gateway failed", error: String(error) }));
    return respond({ status: 500, body: { error: "CHI-W030 the gateway failed; nothing is lost: send the same request again" } });
  }
}
