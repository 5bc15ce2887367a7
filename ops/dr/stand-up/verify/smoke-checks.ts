/** What the API does in a day, with exactly the variables that its container is given: it reads, writes, and keeps a file. Nothing stays. */
import { randomUUID } from "node:crypto";
import { ObjectStore } from "../../../backup/object-store/object-store";
import { connectTo } from "../../../backup/restore/connect";
import type { BucketAccess } from "../../../connections/connections";
import { call, type SignedGateway } from "../files/transfer";
import type { Check } from "./check";

export interface SmokeInput {
  /** The API's own DATABASE_URL. Secret. */
  readonly databaseUrl: string;
  /** The API's own key, which reads. Secret. */
  readonly bucket: BucketAccess;
  /** The API's own way to write files. Secret. */
  readonly gateway: SignedGateway;
}

/** Below it nothing of the users' lies. */
const prefix = "stand-up-smoke/";

export function smokeChecks({ databaseUrl, bucket, gateway }: SmokeInput): Check[] {
  return [
    { name: "smoke: a change in the database", run: () => changeAndTakeBack(databaseUrl) },
    { name: "smoke: a file there and back", run: () => fileThereAndBack(bucket, gateway) },
  ];
}

/** A warehouse is made, read, and rolled back: triggers, audit log and constraints are passed on the way. */
async function changeAndTakeBack(url: string): Promise<string> {
  const client = await connectTo(url, "the API's database");
  try {
    await client.query("begin");
    // Of the codes that a warehouse may have (AAA-00), one that none has.
    const { rows: made } = await client.query<{ id: string }>(
      `insert into public.warehouses (code, name, city)
       select code, 'stand-up smoke', 'none' from (select 'ZZZ-' || lpad(n::text, 2, '0') as code from generate_series(0, 99) as n) as free
       where not exists (select from public.warehouses w where w.code = free.code) limit 1 returning id`,
    );
    const { rows } = await client.query<{ name: string; audited: boolean }>(
      "select w.name, exists (select from public.audit_log a where a.table_name = 'warehouses' and a.row_key ->> 'id' = w.id::text) as audited from public.warehouses w where w.id = $1",
      [made[0]?.id],
    );
    if (rows[0]?.name !== "stand-up smoke") throw new Error("what was written was not read back");
    if (!rows[0].audited) throw new Error("the change is not in the audit log");
    return "written, audited, read back, and rolled back";
  } finally {
    await client.query("rollback").catch(() => undefined);
    await client.end().catch(() => undefined);
  }
}

async function fileThereAndBack(bucket: BucketAccess, gateway: SignedGateway): Promise<string> {
  const key = `${prefix}${randomUUID()}.txt`;
  const body = Buffer.from(`stand-up smoke ${key}\n`);
  const store = new ObjectStore(bucket, { attempts: 3 });
  try {
    await call(gateway, "api", "PUT", "/files", { key, length: String(body.length) }, { body, headers: { "content-type": "text/plain" } });
    const found = await store.get(key);
    if (found?.body.equals(body) !== true) throw new Error("what was written was not read back");
    return "written through the gateway, read from the bucket, and deleted";
  } finally {
    store.close();
    await call(gateway, "api", "DELETE", "/files", { key }, {});
  }
}
