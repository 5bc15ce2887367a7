/** What a text could be instead, by what kind of text it is: a role, a region, an address. */

export interface Neighbour {
  readonly value: string;
  /** In words, without the value, which may be a secret's. */
  readonly change: string;
}

interface Kind {
  readonly is: RegExp;
  readonly neighbours: (text: string) => Neighbour[];
}

const swap = (text: string, from: string | RegExp, to: string, change: string): Neighbour => ({ value: text.replace(from, to), change });

/** The first kind that fits is taken. */
const kinds: readonly Kind[] = [
  {
    is: /^roles\//,
    neighbours: () =>
      ["roles/owner", "roles/storage.admin", "roles/iam.serviceAccountTokenCreator"].map((value) => ({ value, change: value })),
  },
  {
    is: /^(?:group|serviceAccount|user|principalSet):/,
    neighbours: () =>
      ["allUsers", "user:somebody@example.com", "serviceAccount:other@elsewhere.iam.gserviceaccount.com"].map((value) => ({
        value,
        change: value,
      })),
  },
  {
    is: /gserviceaccount\.com$/,
    neighbours: (text) => [
      swap(text, /^[^@]+/, "other", "another account"),
      { value: "1-compute@developer.gserviceaccount.com", change: "the default account" },
    ],
  },
  { is: /^[^@\s/:]+@[a-z0-9.-]+$/, neighbours: (text) => [swap(text, /@.*/, "@example.com", "an address elsewhere")] },
  {
    is: /^asia-northeast\d$|^ap-northeast-\d$|^icn1$/,
    neighbours: (text) => [
      { value: text === "icn1" ? "iad1" : text.startsWith("ap-") ? "us-east-1" : "us-east1", change: "another region" },
    ],
  },
  {
    is: /^https:\/\//,
    neighbours: (text) => [
      swap(text, "https:", "http:", "http"),
      swap(text, /^https:\/\/[^/]+/, "https://elsewhere.example.com", "another host"),
    ],
  },
  {
    is: /^postgres(?:ql)?:\/\//,
    neighbours: (text) => [swap(text, /\?.*$/, "", "no sslmode"), swap(text, /@[^/]+/, "@elsewhere.example.com:5432", "another host")],
  },
  {
    is: /^\d+(?:\.\d+)?s$/,
    neighbours: (text) => [
      { value: "0s", change: "0s" },
      { value: "1s", change: "1s" },
      { value: `${Number.parseFloat(text) * 10}s`, change: "× 10" },
    ],
  },
  {
    is: /^\d+(?:\.\d+)?$/,
    neighbours: (text) => [
      { value: "0", change: "0" },
      { value: String(Number(text) + 1), change: "+ 1" },
      { value: String(Number(text) * 10), change: "× 10" },
    ],
  },
  { is: /^\d+(?:\.\d+){3}\/\d+$/, neighbours: () => [{ value: "0.0.0.0/0", change: "0.0.0.0/0" }] },
  { is: /^[0-9a-f:]+::\/\d+$/i, neighbours: () => [{ value: "::/0", change: "::/0" }] },
  { is: /(?:^|[-_.:'/ ])prod(?:$|[-_.:'/ ])/, neighbours: (text) => [swap(text, /prod/g, "staging", "prod → staging")] },
  {
    is: /^chisan-(?:files|backups)/,
    neighbours: (text) => [
      { value: `${text}-staging`, change: "staging's" },
      { value: text === "chisan-files" ? "chisan-files-vault" : "chisan-files", change: "another bucket" },
    ],
  },
  { is: /^(?:[a-z0-9-]+\.)+[a-z]{2,}$/, neighbours: () => [{ value: "elsewhere.example.com", change: "another host" }] },
  { is: /^(?:on|off)$/, neighbours: (text) => [{ value: text === "on" ? "off" : "on", change: text === "on" ? "off" : "on" }] },
];

/** At least one. */
export function neighboursOf(text: string): Neighbour[] {
  const found = kinds.find(({ is }) => is.test(text))?.neighbours(text) ?? [];
  const others = found.filter(({ value }) => value !== text);
  return others.length > 0 ? others : [{ value: `${text}x`, change: "another text" }];
}
