/** An object store in a process of its own, to be killed. Told its directory, and the credentials, by the environment. */
import { startObjectStore } from "./start-object-store";
import { memoryWorld } from "../../world/open-world";
import type { WorldRecord } from "../../world/world";

async function main(): Promise<void> {
  const world = memoryWorld();
  for (const record of JSON.parse(process.env["RECORDS"] ?? "[]") as WorldRecord[]) await world.put(record);
  const { url } = await startObjectStore({ directory: process.env["DIRECTORY"] ?? "", world });
  process.stdout.write(`${url}\n`);
}

main().catch((error: Error) => {
  console.error(error.message);
  process.exit(1);
});
