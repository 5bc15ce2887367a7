/** The addresses from which Cloudflare's proxy reaches an origin: data with its date (cloudflare-published-ranges.json), refreshed by a command. */
import stored from "./cloudflare-published-ranges.json";
import { hasHostBits, isNotPublic, parseCidr } from "./cidr";

export interface CloudflareRanges {
  /** Where Cloudflare publishes the list. */
  readonly source: string;
  /** The day on which the list was read, YYYY-MM-DD. */
  readonly asOf: string;
  readonly ipv4: readonly string[];
  readonly ipv6: readonly string[];
}

/** The list in the repository, as it is: whoever admits it checks it first (`checkedRanges`), so that a broken one can still be refreshed. */
export const cloudflareRanges: CloudflareRanges = stored;

/** What Cloudflare's API answers at `GET /client/v4/ips`, without a token. */
export const cloudflareRangesApi = "https://api.cloudflare.com/client/v4/ips";

/** The widest ranges that Cloudflare has: wider ones would open the API to others. */
const widest = { 4: 12, 6: 28 } as const;

/**
 * @returns the same list, in which every entry is known to be a range of Internet addresses
 * @throws CHI-K010 for a list that is empty, or has an entry that must not be admitted: all problems in one error, a line each
 */
export function checkedRanges(ranges: CloudflareRanges): CloudflareRanges {
  const problems: string[] = [];
  for (const [version, list] of [[4, ranges.ipv4] as const, [6, ranges.ipv6] as const]) {
    if (list.length === 0) problems.push(`CHI-K010 Cloudflare's IPv${version} ranges are an empty list: ${remedy}`);
    for (const [index, text] of list.entries()) {
      const problem = list.indexOf(text) < index ? "is there twice" : rangeProblem(text, version);
      if (problem !== undefined) problems.push(`CHI-K010 Cloudflare's IPv${version} range ${JSON.stringify(text)} ${problem}: ${remedy}`);
    }
  }
  if (problems.length > 0) throw new Error(problems.join("\n"));
  return ranges;
}

const remedy = "run npm run refresh:cloudflare-ranges";

function rangeProblem(text: string, version: 4 | 6): string | undefined {
  const range = parseCidr(text);
  if (range?.version !== version) return `is no IPv${version} range`;
  if (range.prefix < widest[version]) return `is wider than /${widest[version]}`;
  if (hasHostBits(range)) return "has address bits after the prefix";
  return isNotPublic(range) ? "is not of the Internet" : undefined;
}

/**
 * The list in an answer of Cloudflare's API.
 *
 * @param today YYYY-MM-DD
 * @throws CHI-K011 when the answer is not in the documented form, CHI-K010 when an entry must not be admitted
 */
export function rangesFromAnswer(answer: unknown, today: string): CloudflareRanges {
  const { success, result } = (answer ?? {}) as { success?: unknown; result?: { ipv4_cidrs?: unknown; ipv6_cidrs?: unknown } };
  const ipv4 = result?.ipv4_cidrs;
  const ipv6 = result?.ipv6_cidrs;
  if (success !== true || !isTextList(ipv4) || !isTextList(ipv6)) {
    throw new Error(
      `CHI-K011 ${cloudflareRangesApi} answered in another form than success, result.ipv4_cidrs, result.ipv6_cidrs: the list stays as it is`,
    );
  }
  return checkedRanges({ source: cloudflareRanges.source, asOf: today, ipv4, ipv6 });
}

function isTextList(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((entry) => typeof entry === "string");
}

/** What entered the list and what left it, as `+ range` and `- range`. Empty when both hold the same, in whatever order. */
export function rangeChanges(before: CloudflareRanges, after: CloudflareRanges): string[] {
  const old = new Set([...before.ipv4, ...before.ipv6]);
  const now = new Set([...after.ipv4, ...after.ipv6]);
  return [
    ...[...now].filter((range) => !old.has(range)).map((range) => `+ ${range}`),
    ...[...old].filter((range) => !now.has(range)).map((range) => `- ${range}`),
  ];
}
