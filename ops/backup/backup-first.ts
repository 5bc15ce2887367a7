import type { StackName } from "../../config/naming";
import { openConnections } from "../connections/stack-connections";
import { runBackup } from "./run/backup-run";

/** A manual backup before something that loses data. Says where it lies. @throws as `runBackup`: what was to follow must not begin then */
export async function backupFirst(stack: StackName, cloud: boolean, signal = new AbortController().signal): Promise<void> {
  const connections = openConnections(stack, cloud);
  const { folder } = await runBackup({ stack, kind: "manual", connections, signal });
  process.stderr.write(`The database as it is now is in ${folder}\n`);
}
