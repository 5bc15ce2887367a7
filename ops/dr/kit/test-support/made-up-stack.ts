/** A stack's outputs and configuration as Pulumi gives them, each secret with a canary in it. */
import { ageIdentityOf, ageRecipientOf } from "../../../../config/age-keys";
import type { Kit } from "../kit";
import type { StackValues } from "../stack-values";

/** In every secret value, and nowhere else. */
export const canary = "canary";

/** Of chisan-dr, of prod's restore test, and one that is in no cloud. */
export const identities = { dr: ageIdentityOf(Buffer.alloc(32, 1)), prod: ageIdentityOf(Buffer.alloc(32, 2)), offline: ageIdentityOf(Buffer.alloc(32, 3)), stranger: ageIdentityOf(Buffer.alloc(32, 4)) };

export const recipients = [identities.prod, identities.dr, identities.offline].map(ageRecipientOf);

/** A key has no room for the canary: these are looked for as they are. Of a secret that rotates. */
export const encryptionKey = {
  current: { generation: 2, value: Buffer.from("the key in use, canary, 32 bytes").toString("base64") },
  previous: { generation: 1, value: Buffer.from("the key before canary, 32 bytes.").toString("base64") },
};

export function stackValuesOfProd(): { outputs: Record<string, unknown>; configuration: Record<string, unknown> } {
  return {
    outputs: {
      addresses: { app: "https://app.chisan.app", api: "https://api.chisan.app" },
      backupsBucket: "chisan-backups",
      backupsReader: { accessKeyId: "reader-id", secretAccessKey: `${canary}-reader` },
      backupsWriter: { accessKeyId: "writer-id", secretAccessKey: `${canary}-writer` },
      databaseUrl: `postgresql://postgres:${canary}-password@db.ref.supabase.co:5432/postgres?sslmode=require`,
      encryptionKey,
      filesBucket: "chisan-files",
      filesGateway: { url: "https://files.chisan.app", operatorKey: `${canary}-operator` },
      supabaseProject: "ref",
      webProject: "chisan-prod",
    },
    configuration: {
      cloudflareAccountId: "0123456789abcdef0123456789abcdef",
      cloudflareZoneId: "fedcba9876543210fedcba9876543210",
      backupRecipients: recipients,
      backupIdentity: identities.prod,
      apiImage: "registry.example/api:1.2.3",
    },
  } satisfies StackValues;
}

export const prodsKit: Kit = {
  version: 2,
  stack: "prod",
  madeAt: "2026-11-23T03:00:00.000Z",
  recipients,
  cloudflareAccountId: "0123456789abcdef0123456789abcdef",
  zoneId: "fedcba9876543210fedcba9876543210",
  backups: { bucket: "chisan-backups", accessKeyId: "reader-id", secretAccessKey: `${canary}-reader` },
  files: { bucket: "chisan-files", gateway: "https://files.chisan.app", operatorKey: `${canary}-operator` },
  database: { url: `postgresql://postgres:${canary}-password@db.ref.supabase.co:5432/postgres?sslmode=require` },
  hosts: { app: "app.chisan.app", api: "api.chisan.app" },
  encryptionKey,
  apiImage: "registry.example/api:1.2.3",
  supabaseProject: "ref",
  webProject: "chisan-prod",
};
