/**
 * The metrics exporter: a process for Cloud Run, called each minute by Cloud Scheduler. Not a Cloudflare Worker, although it lies in workers/:
 * it needs PostgreSQL's protocol from the fixed addresses that the database admits. See docs/adr/0007-exporter-is-a-service.md.
 *
 * Started with `node --require ./toolchain/typescript.cjs workers/metrics-exporter/server.ts`; its variables are in settings.ts.
 */
import type { AddressInfo } from "node:net";
import { GoogleAuth } from "google-auth-library";
import { backupClient } from "./backup-ages";
import { ExporterError, redactor, words } from "./exporter-error";
import { Exporter } from "./exporter";
import { type LogEntry, createExporterServer } from "./http-server";
import { readSettings, secretVariables, secretsOf } from "./settings";

const log = (entry: LogEntry): void => void process.stdout.write(`${JSON.stringify(entry)}\n`);

function main(): void {
  const settings = readSettings(process.env);
  const google = new GoogleAuth({ scopes: "https://www.googleapis.com/auth/monitoring.write" });
  const backups = {
    endpoint: settings.backupsEndpoint,
    bucket: settings.backupsBucket,
    accessKeyId: settings.backupsAccessKeyId,
    secretAccessKey: settings.backupsSecretAccessKey,
    kinds: settings.scheduledKinds,
  };
  const exporter = new Exporter({
    host: { supabaseUrl: settings.supabaseUrl, serviceRoleKey: settings.serviceRoleKey },
    database: { url: settings.databaseUrl, certificateAuthority: settings.databaseCa },
    backups,
    backupClient: backupClient(backups),
    files: { gatewayUrl: settings.filesGatewayUrl, statusKey: settings.filesStatusKey },
    monitoring: {
      endpoint: settings.monitoringEndpoint,
      project: settings.gcpProject,
      accessToken: async () => {
        const token = await google.getAccessToken();
        if (!token) throw new Error("it answered without one");
        return token;
      },
    },
  });
  const server = createExporterServer(() => exporter.export(), log, redactor(secretsOf(settings)));
  // Cloud Run calls from outside the container; a test stays on this machine.
  server.listen(settings.port, process.env["HOST"] ?? "0.0.0.0", () => {
    log({ severity: "INFO", message: `listening on port ${(server.address() as AddressInfo).port}` });
  });
  // Cloud Run gives ten seconds. The running export ends by itself or is lost: the next instance writes the next minute.
  process.once("SIGTERM", () => {
    server.close(() => process.exit(0));
    server.closeIdleConnections();
  });
}

try {
  main();
} catch (error) {
  const secrets = secretVariables.map((name) => process.env[name] ?? "");
  const text = error instanceof ExporterError ? error.message : `CHI-X012 unexpected failure (${words(error)}): report it with this line`;
  log({ severity: "ERROR", message: redactor(secrets)(text) });
  process.exitCode = 1;
}
