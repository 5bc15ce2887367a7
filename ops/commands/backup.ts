import type { Command } from "commander";
import { addBackupList } from "./backup-list";
import { addBackupPrune } from "./backup-prune";
import { addBackupRestore } from "./backup-restore";
import { addBackupRun } from "./backup-run";
import { addBackupVerify } from "./backup-verify";

/** `chisan backup …`: backups of a stack's database, made, listed, proven and restored. */
export function addBackup(program: Command): void {
  const group = program.command("backup").description("backups of a stack's database");
  addBackupRun(group);
  addBackupList(group);
  addBackupVerify(group);
  addBackupRestore(group);
  addBackupPrune(group);
}
