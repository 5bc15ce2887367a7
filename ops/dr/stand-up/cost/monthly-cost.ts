/** What an environment costs a month for being there. */
import { prices, storage } from "./price-table";

/** As declared offline (ops/declared) or deployed. */
export interface PricedResource {
  readonly type: string;
  readonly inputs: Readonly<Record<string, unknown>>;
}

export interface CostLine {
  readonly what: string;
  readonly count: number;
  /** Dollars a month, of all of them. */
  readonly monthly: number;
  readonly assumption: string;
  /** The vendor's page, and whether the figure was compared with it: `<page>, read 2026-11-23`. */
  readonly source: string;
  /** Nobody compared the figure with the vendor's page. */
  readonly assumed: boolean;
}

export interface MonthlyCost {
  readonly lines: readonly CostLine[];
  /** Dollars. */
  readonly total: number;
}

/**
 * @param fileBytes of all files; they lie in the bucket and, as versions, in the vault
 * @returns about what the vendors' bills will say, without what is billed by use
 */
export function monthlyCost(resources: readonly PricedResource[], fileBytes: number): MonthlyCost {
  const lines = prices.flatMap(({ what, type, monthly, assumption, source, read }) => {
    const each = resources.filter((resource) => resource.type === type).map(({ inputs }) => monthly(inputs));
    return each.length === 0 ? [] : [{ what, count: each.length, monthly: cents(sum(each)), assumption, ...sourceOf(source, read) }];
  });
  const gigabytes = (2 * fileBytes) / 1e9;
  lines.push({ what: "files and their versions", count: 2, monthly: cents(gigabytes * storage.perGigabyte), assumption: "each file once in the bucket and once in the vault; the account's 10 free GB are used by prod", ...sourceOf(storage.source, storage.read) });
  return { lines, total: cents(sum(lines.map(({ monthly }) => monthly))) };
}

/** `about $190 a month …; $10 of it at prices that are assumed` */
export function costInWords({ total, lines }: MonthlyCost): string {
  const assumed = Math.round(sum(lines.filter((line) => line.assumed).map(({ monthly }) => monthly)));
  return `about $${Math.round(total)} a month (about $${Math.max(1, Math.round((total * 12) / 365))} a day) while it stands, besides what is billed by use${assumed === 0 ? "" : `; $${assumed} of it at prices that are assumed`}`;
}

function sourceOf(page: string, read: string | null): Pick<CostLine, "source" | "assumed"> {
  return read === null ? { source: `assumed; to be compared with ${page}`, assumed: true } : { source: `${page}, read ${read}`, assumed: false };
}

function sum(values: readonly number[]): number {
  return values.reduce((all, value) => all + value, 0);
}

function cents(value: number): number {
  return Math.round(value * 100) / 100;
}
