/** The business tables, as a scenario looks at them before and after. */
import type { ClientBase } from "pg";

const tables = ["users", "user_roles", "warehouses", "products", "stocks", "orders", "order_lines"] as const;

/** By table: how many rows, and a hash over all of them. "gone" for a table that is not there. */
export type BusinessData = Readonly<Record<string, string>>;

export async function readBusinessData(client: ClientBase): Promise<BusinessData> {
  const data: Record<string, string> = {};
  for (const table of tables) {
    const { rows: found } = await client.query<{ there: boolean }>("select to_regclass($1) is not null as there", [`public.${table}`]);
    if (found[0]?.there !== true) {
      data[table] = "gone";
      continue;
    }
    const { rows } = await client.query<{ picture: string }>(
      `select count(*) || ' rows ' || coalesce(md5(string_agg(t::text, E'\\n' order by t::text)), '') as picture from public.${table} as t`,
    );
    data[table] = rows[0]?.picture ?? "";
  }
  return data;
}

/** The tables that differ, in words; "" when none does. */
export function differences(before: BusinessData, after: BusinessData): string {
  return Object.keys(before)
    .filter((table) => before[table] !== after[table])
    .map((table) => `${table}: ${before[table]?.split(" ", 2).join(" ")} before, ${after[table]?.split(" ", 2).join(" ") ?? "nothing"} now`)
    .join("; ");
}

/** An order of a customer, as the API writes one. */
export async function placeOrder(client: ClientBase, customer: string): Promise<void> {
  await client.query(
    `insert into public.orders (customer_code, warehouse_id, created_by)
     select $1, (select id from public.warehouses order by code limit 1), (select id from public.users order by email limit 1)`,
    [customer],
  );
}

export async function hasOrder(client: ClientBase, customer: string): Promise<boolean> {
  const { rows } = await client.query<{ there: boolean }>("select exists (select from public.orders where customer_code = $1) as there", [customer]);
  return rows[0]?.there === true;
}

/** The last whole second at which everything until now was there: recoveries go to whole seconds. Returns when it is over. */
export async function lastGoodSecond(client: ClientBase): Promise<string> {
  const { rows } = await client.query<{ second: Date }>(
    "select to_timestamp(ceil(extract(epoch from clock_timestamp()))) as second, pg_sleep(ceil(extract(epoch from clock_timestamp())) - extract(epoch from clock_timestamp()) + 0.2)",
  );
  const { second } = rows[0] as { second: Date };
  return second.toISOString().replace(".000", "");
}
