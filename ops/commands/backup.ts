import type { Command } from "commander";
import { addBackupRun } from "./backup-run";

/** `chisan backup …`: backups of a stack's database, made, listed, proven and restored. */
export function addBackup(program: Command): void {
  const group = program.command("backup").description("backups of a stack's database");
  addBackupRun(group);
}
