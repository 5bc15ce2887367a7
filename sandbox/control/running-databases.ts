import type { DatabaseStatus } from "../services/postgres/databases";
import type { Running } from "./running";

/** The databases of the running sandbox: where each listens, as which process. @throws CHI-S210 when the service does not answer */
export async function runningDatabases({ controlUrl }: Pick<Running, "controlUrl">): Promise<DatabaseStatus[]> {
  const response = await fetch(`${controlUrl}/databases`).catch((error: Error) => error);
  if (response instanceof Error || !response.ok) {
    const found = response instanceof Error ? response.message : `status ${response.status}`;
    throw new Error(`CHI-S210 the sandbox does not answer where its databases are (${found}): npx chisan sandbox restart`);
  }
  return (await response.json()) as DatabaseStatus[];
}
