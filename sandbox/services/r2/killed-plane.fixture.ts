/** The files' plane in a process of its own, to be killed. Told its directory, and what the world has, by the environment. */
import { memoryWorld } from "../../world/open-world";
import type { WorldRecord } from "../../world/world";
import { startFilesPlane } from "./files-plane";

async function main(): Promise<void> {
  const world = memoryWorld();
  for (const record of JSON.parse(process.env["RECORDS"] ?? "[]") as WorldRecord[]) await world.put(record);
  const { s3Url } = await startFilesPlane({ directory: process.env["DIRECTORY"] ?? "", world });
  process.stdout.write(`${s3Url}\n`);
}

main().catch((error: Error) => {
  console.error(error.message);
  process.exit(1);
});
