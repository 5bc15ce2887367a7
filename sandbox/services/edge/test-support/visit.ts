import { request } from "node:http";

export interface Visit {
  readonly status: number;
  readonly hop: string | undefined;
  readonly problem: string | undefined;
  readonly body: Record<string, unknown>;
  /** All of the answer: what must not be in it. */
  readonly text: string;
}

/** One request to the edge, as a visitor of that host, over a connection of its own: the edge may have been started anew since the last. */
export function visit(edgeUrl: string, host: string, path: string): Promise<Visit> {
  return new Promise((resolve, reject) => {
    const sent = request(`${edgeUrl}${path}`, { headers: { host }, agent: false }, (response) => {
      let text = "";
      response.setEncoding("utf8");
      response.on("data", (part: string) => (text += part));
      response.on("end", () => {
        const header = (name: string) => response.headers[name]?.toString();
        const all = `${JSON.stringify(response.headers)}\n${text}`;
        resolve({
          status: response.statusCode ?? 0,
          hop: header("x-sandbox-hop"),
          problem: header("x-sandbox-problem"),
          body: JSON.parse(text) as Visit["body"],
          text: all,
        });
      });
      response.on("error", reject);
    });
    sent.on("error", reject);
    sent.end();
  });
}
