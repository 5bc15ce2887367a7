/** What a stand-up knows of prod: all of it comes from the recovery kit, nothing from prod's Google project, its Supabase project or its Pulumi state. */
import type { BucketAccess } from "../../connections/connections";
import type { FilesAccess } from "../../connections/files-access";
import type { Kit } from "../kit/kit";
import { kitBackups, kitFiles } from "../kit/kit-access";

export interface ProdSide {
  /** Reads the backups' bucket. Secret. */
  readonly backups: BucketAccess;
  /** The files' gateway with an operator's key. Secret. Asked for when it is used: it may be silent. */
  readonly files: () => Promise<FilesAccess>;
  readonly kit: Pick<Kit, "cloudflareAccountId" | "files" | "hosts" | "database" | "supabaseProject" | "webProject" | "encryptionKey" | "apiImage" | "madeAt">;
}

/** @throws as `kitBackups` */
export async function prodSide(kit: Kit, cloud: boolean): Promise<ProdSide> {
  return { backups: await kitBackups(kit, cloud), files: () => kitFiles(kit, cloud), kit };
}

/** A text that belongs to prod alone. */
export interface ProdsOwn {
  /** What a message shows instead of it. */
  readonly name: string;
  isIn(value: string): boolean;
}

/** None of these may be in what chisan-dr's applications are given. */
export function prodsOwn({ backups, kit }: ProdSide): ProdsOwn[] {
  const { files, database, supabaseProject, webProject } = kit;
  const { host, password } = new URL(database.url);
  return [
    whole("prod's files bucket", files.bucket),
    whole("prod's backups bucket", backups.bucket),
    whole("prod's web project", webProject),
    within("prod's Supabase project", supabaseProject),
    within("prod's database host", host),
    ...(password === "" ? [] : [within("prod's database password", decodeURIComponent(password))]),
    within("prod's files gateway", files.gateway),
    within("prod's operator key", files.operatorKey),
    within("prod's backup key", backups.secretAccessKey),
  ];
}

/** A name that begins another's is told from it: `chisan-files` is no part of `chisan-files-dr`. */
function whole(name: string, own: string): ProdsOwn {
  return { name, isIn: (value) => value === own };
}

/** Not in the middle of a word or a number: port 2345 is not in 23456. */
function within(name: string, own: string): ProdsOwn {
  const letter = /[0-9A-Za-z]/;
  return {
    name,
    isIn(value) {
      for (let at = value.indexOf(own); at >= 0; at = value.indexOf(own, at + 1)) {
        if (!letter.test(value[at - 1] ?? "") && (!letter.test(value[at + own.length] ?? "") || own.endsWith("/"))) return true;
      }
      return false;
    },
  };
}
