/** The sandbox's stand-in for the Supabase Management API, over HTTP on this machine only. */
import * as path from "node:path";
import { ApiDescription } from "../http/description";
import { ApiRefusal } from "../http/refusal";
import { type ApiServer, type ApiServerOptions, type StandIn, startApiServer } from "../http/server";
import { type RecoverySight, nothingToRecover } from "./backups";
import { type Handler, handlers as modelled } from "./operations";

export interface ManagementApiOptions extends ApiServerOptions {
  /** The PostgreSQL version of a project; `defaultPostgresVersion` for all unless given. */
  readonly postgresVersion?: (ref: string) => string;
  /** Where a project's database listens, `<host>` or, on another port than 5432, `<host>:<port>`; the vendor's name unless given. */
  readonly databaseHost?: (ref: string) => string | undefined;
  /** What can be recovered of the projects' databases; nothing unless given. */
  readonly recovery?: RecoverySight;
  /** Replaced in tests. */
  readonly handlers?: Readonly<Record<string, Handler>>;
}

export type ManagementApi = ApiServer;

/** The version that the vendor gave new PostgreSQL 15 projects, in the form in which it names versions: its major is the real server's. */
export const defaultPostgresVersion = "15.8.1.085";

/** The vendor's file, with its 170 operations. */
export const descriptionFile = path.join(__dirname, "../../apis/supabase-management.openapi.json");

/** Starts listening on a free port of 127.0.0.1. */
export async function startManagementApi(options: ManagementApiOptions): Promise<ManagementApi> {
  const { postgresVersion = () => defaultPostgresVersion, databaseHost = () => undefined, recovery = nothingToRecover, handlers = modelled } = options;
  const standIn: StandIn = {
    name: "Supabase Management API",
    folder: "sandbox/services/management-api/",
    description: new ApiDescription("Supabase", descriptionFile),
    handlers: Object.fromEntries(
      Object.entries(handlers).map(([id, handler]) => [id, (call) => handler({ ...call, postgresVersion, databaseHost, recovery })]),
    ),
    words: {
      unauthorized: () => new ApiRefusal(401, "Unauthorized"),
      noPath: (method, pathname) => `Cannot ${method} ${pathname}`,
      noMethod: (method, pathname) => `Cannot ${method} ${pathname}`,
      invalid: (problems) => problems.join("; "),
      throttled: "ThrottlerException: Too Many Requests",
      failed: "Internal server error",
    },
    errorBody: ({ message }) => ({ message }),
  };
  return startApiServer(standIn, options);
}
