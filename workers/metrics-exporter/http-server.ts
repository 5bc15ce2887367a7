/** The exporter as Cloud Run and Cloud Scheduler see it. Who may call is not decided here: Cloud Run's IAM check does, before a request arrives. */
import { type Server, type ServerResponse, createServer } from "node:http";
import type { ExportReport } from "./exporter";
import { words } from "./exporter-error";

/** An entry of Cloud Logging: a line of JSON on standard output. */
export interface LogEntry {
  readonly severity: "INFO" | "ERROR";
  readonly message: string;
}

/** Called each minute by Cloud Scheduler. */
export const exportPath = "/export";

/** Asked by Cloud Run before it sends the first request. */
export const healthPath = "/health";

/**
 * | request | answer |
 * |---|---|
 * | `POST /export` | 200 with the report; 500 with it when any source failed, which Cloud Scheduler records as a failure |
 * | the same, while one is running | 409: the running one writes this minute's values |
 * | `GET /health` | 200 |
 *
 * @param redact takes secrets out of what is answered and logged
 */
export function createExporterServer(
  runExport: () => Promise<ExportReport>,
  log: (entry: LogEntry) => void,
  redact: (text: string) => string,
): Server {
  let running = false;
  const exportOnce = async (response: ServerResponse): Promise<void> => {
    if (running) {
      answer(response, 409, { failures: ["CHI-X011 an export is running: its values are this minute's"] });
      return;
    }
    running = true;
    try {
      const report = await runExport();
      const failures = report.failures.map(redact);
      for (const message of failures) log({ severity: "ERROR", message });
      if (failures.length === 0) log({ severity: "INFO", message: redact(summary(report)) });
      answer(response, failures.length === 0 ? 200 : 500, { ...report, failures });
    } catch (error) {
      const message = redact(`CHI-X012 unexpected failure (${words(error)}): report it with this line`);
      log({ severity: "ERROR", message });
      answer(response, 500, { failures: [message] });
    } finally {
      running = false;
    }
  };
  return createServer((request, response) => {
    const path = request.url?.split("?")[0];
    // The body of a call means nothing; unread, it would keep the connection busy.
    request.resume();
    if (request.method === "POST" && path === exportPath) void exportOnce(response);
    else if (request.method === "GET" && path === healthPath) answer(response, 200, { status: "ok" });
    else
      answer(response, path === exportPath || path === healthPath ? 405 : 404, {
        failures: [`use POST ${exportPath} or GET ${healthPath}`],
      });
  });
}

function summary({ written, skipped }: ExportReport): string {
  return `${written} values written${skipped.length === 0 ? "" : `; left out: ${skipped.join(", ")}`}`;
}

function answer(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { "content-type": "application/json" }).end(`${JSON.stringify(body)}\n`);
}
