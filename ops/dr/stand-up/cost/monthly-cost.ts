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
  readonly source: string;
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
  const lines = prices.flatMap(({ what, type, monthly, assumption, source }) => {
    const each = resources.filter((resource) => resource.type === type).map(({ inputs }) => monthly(inputs));
    return each.length === 0 ? [] : [{ what, count: each.length, monthly: cents(sum(each)), assumption, source }];
  });
  const gigabytes = (2 * fileBytes) / 1e9;
  lines.push({ what: "files and their versions", count: 2, monthly: cents(gigabytes * storage.perGigabyte), assumption: "each file once in the bucket and once in the vault; the account's 10 free GB are used by prod", source: storage.source });
  return { lines, total: cents(sum(lines.map(({ monthly }) => monthly))) };
}

/** `about $190 a month` */
export function costInWords({ total }: MonthlyCost): string {
  return `about $${Math.round(total)} a month (about $${Math.max(1, Math.round((total * 12) / 365))} a day) while it stands, besides what is billed by use`;
}

function sum(values: readonly number[]): number {
  return values.reduce((all, value) => all + value, 0);
}

function cents(value: number): number {
  return Math.round(value * 100) / 100;
}
