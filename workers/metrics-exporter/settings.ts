/** What the exporter is told by its environment. */
import { type ScheduledKind, scheduledKinds } from "../../config/exported-metrics";
import { ExporterError } from "./exporter-error";

export interface ExporterSettings {
  readonly port: number;
  readonly gcpProject: string;
  readonly supabaseUrl: string;
  readonly serviceRoleKey: string;
  readonly databaseUrl: string;
  /** PEM; see `DatabaseSource`. */
  readonly databaseCa: string | undefined;
  readonly backupsEndpoint: string;
  readonly backupsBucket: string;
  readonly backupsAccessKeyId: string;
  readonly backupsSecretAccessKey: string;
  readonly scheduledKinds: readonly ScheduledKind[];
  readonly filesGatewayUrl: string;
  readonly filesStatusKey: string;
  readonly monitoringEndpoint: string;
}

/** The secrets among the variables: they come from Secret Manager, and are taken out of everything that is printed. */
export const secretVariables = [
  "SUPABASE_SERVICE_ROLE_KEY",
  "DATABASE_URL",
  "BACKUPS_READER_ACCESS_KEY_ID",
  "BACKUPS_READER_SECRET_ACCESS_KEY",
  "FILES_STATUS_KEY",
] as const;

/** @throws ExporterError CHI-X001 with every variable that is missing or wrong, and never the value of one */
export function readSettings(environment: Readonly<Record<string, string | undefined>>): ExporterSettings {
  const problems: string[] = [];
  const text = (name: string): string => {
    const value = environment[name];
    if (value === undefined || value === "") problems.push(`${name} is missing`);
    return value ?? "";
  };
  const address = (name: string, fallback?: string): string => {
    const value = fallback !== undefined && environment[name] === undefined ? fallback : text(name);
    if (value !== "" && !isAddress(value)) problems.push(`${name} is no https address`);
    return value;
  };
  const settings: ExporterSettings = {
    port: Number(environment["PORT"] ?? "8080"),
    gcpProject: text("GCP_PROJECT"),
    supabaseUrl: address("SUPABASE_URL"),
    serviceRoleKey: text("SUPABASE_SERVICE_ROLE_KEY"),
    databaseUrl: text("DATABASE_URL"),
    databaseCa: environment["DATABASE_CA"],
    backupsEndpoint: address("BACKUPS_ENDPOINT"),
    backupsBucket: text("BACKUPS_BUCKET_NAME"),
    backupsAccessKeyId: text("BACKUPS_READER_ACCESS_KEY_ID"),
    backupsSecretAccessKey: text("BACKUPS_READER_SECRET_ACCESS_KEY"),
    scheduledKinds: kinds(text("SCHEDULED_KINDS"), problems),
    filesGatewayUrl: address("FILES_GATEWAY_URL"),
    filesStatusKey: text("FILES_STATUS_KEY"),
    monitoringEndpoint: address("MONITORING_ENDPOINT", "https://monitoring.googleapis.com"),
  };
  if (!Number.isInteger(settings.port) || settings.port < 0 || settings.port > 65_535) problems.push("PORT is no port");
  if (problems.length > 0) {
    throw new ExporterError(
      "CHI-X001",
      `the exporter's variables are incomplete (${problems.join(", ")}): run npx pulumi up, which sets them`,
    );
  }
  return settings;
}

/** The values that must never be printed: the secrets, and the password within `DATABASE_URL`. */
export function secretsOf(settings: ExporterSettings): string[] {
  const { serviceRoleKey, databaseUrl, backupsAccessKeyId, backupsSecretAccessKey, filesStatusKey } = settings;
  const password = URL.canParse(databaseUrl) ? new URL(databaseUrl).password : "";
  return [serviceRoleKey, databaseUrl, password, decodeURIComponent(password), backupsAccessKeyId, backupsSecretAccessKey, filesStatusKey];
}

/** Without TLS only on this machine itself, for tests. */
function isAddress(value: string): boolean {
  if (!URL.canParse(value)) return false;
  const { protocol, hostname } = new URL(value);
  return protocol === "https:" || (protocol === "http:" && hostname === "127.0.0.1");
}

function kinds(value: string, problems: string[]): ScheduledKind[] {
  const names = value.split(",").filter((name) => name !== "");
  const known = scheduledKinds.filter((kind) => names.includes(kind));
  if (known.length !== names.length) problems.push(`SCHEDULED_KINDS has a name that is none of ${scheduledKinds.join(", ")}, or one twice`);
  return known;
}
