/** The part of S3 that the exporter uses: ListObjectsV2, in pages of 20. */
import { startLocalServer } from "./local-server";

export interface BucketStandIn {
  readonly url: string;
  readonly requests: { readonly prefix: string; readonly authorization: string }[];
  put(key: string, written: Date): void;
  /** From now on every request is refused. */
  refuse(status: number, code: string): void;
  stop(): Promise<void>;
}

const pageSize = 20;

export async function startBucket(name: string): Promise<BucketStandIn> {
  const objects = new Map<string, Date>();
  const requests: { prefix: string; authorization: string }[] = [];
  let refusal: { status: number; code: string } | undefined;
  const server = await startLocalServer((request, _body, response) => {
    const url = new URL(request.url ?? "/", "http://bucket");
    const prefix = url.searchParams.get("prefix") ?? "";
    requests.push({ prefix, authorization: request.headers.authorization ?? "" });
    const answer = (status: number, xml: string): void => void response.writeHead(status, { "content-type": "application/xml" }).end(xml);
    if (refusal !== undefined) return answer(refusal.status, `<Error><Code>${refusal.code}</Code><Message>Refused.</Message></Error>`);
    if (request.method !== "GET" || url.pathname.replace(/\/$/, "") !== `/${name}` || url.searchParams.get("list-type") !== "2") {
      return answer(400, "<Error><Code>InvalidRequest</Code><Message>Not a list.</Message></Error>");
    }
    const start = Number(url.searchParams.get("continuation-token") ?? "0");
    const keys = [...objects.keys()].filter((key) => key.startsWith(prefix)).sort();
    const page = keys.slice(start, start + pageSize);
    const truncated = start + pageSize < keys.length;
    const contents = page.map(
      (key) => `<Contents><Key>${key}</Key><LastModified>${objects.get(key)?.toISOString()}</LastModified></Contents>`,
    );
    const next = truncated ? `<NextContinuationToken>${start + pageSize}</NextContinuationToken>` : "";
    answer(
      200,
      `<ListBucketResult><Name>${name}</Name><IsTruncated>${truncated}</IsTruncated>${next}${contents.join("")}</ListBucketResult>`,
    );
  });
  return {
    url: server.url,
    requests,
    put: (key, written) => void objects.set(key, written),
    refuse: (status, code) => void (refusal = { status, code }),
    stop: server.stop,
  };
}
