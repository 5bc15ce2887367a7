/** What a drill says nothing about, in the words of somebody who runs the business: so that nobody takes it for proven. */
import type { Report } from "./report/schema";
import { count } from "./report/words";

type Gap = Report["notRehearsed"][number];

/** In both kinds of drill. */
const always: readonly Gap[] = [
  {
    what: "People: who notices, who decides, who is reachable at night",
    why: "the drill's commands answered their own questions at once, and nobody had to be woken or convinced",
    instead: "add that time to what was measured; who is called, by role, is in the stacks' configuration, and npx chisan doctor names whoever is missing",
  },
  {
    what: "The vendors' support and its working hours",
    why: "no vendor had to answer a call: a blocked account, an exhausted quota or a paid restore waits for theirs",
    instead: "the recovery needs no vendor's help where the substitute can be made; keep the contracts and contacts of section 9 current",
  },
  {
    what: "Pulumi's state lost for good, in every version",
    why: "the substitute is made without production's state, but the way back then uses it",
    instead: "rehearsed by itself: npx chisan dr scenario state-lost",
  },
];

const dns: Gap = {
  what: "How long users' devices keep an old address (DNS)",
  why: "nothing in the sandbox keeps a name's address; the records ask for 60 s (web app) and 300 s (API), and some networks keep them longer",
  instead: "count five minutes more; most users notice nothing, as the addresses that they see are Vercel's and Cloudflare's, before and after",
};

/** @param rows of the sandbox's data, where they are known */
export function notRehearsed(target: Report["target"], rows: number | undefined): Gap[] {
  if (target === "cloud") {
    return [
      { what: "Sending users to the substitute", why: "production serves them, and a drill never touches its addresses: the change was only previewed", instead: "npx chisan dr drill rehearses it in the sandbox" },
      { what: "The way back to production", why: "nothing was written on the substitute", instead: "npx chisan dr drill rehearses it in the sandbox" },
      { what: "The disaster itself", why: "production was there all the time, though nothing of it was read but its vault of backups", instead: "npx chisan dr drill takes it away in the sandbox" },
      { what: "Loss of files", why: "no test file is written into production", instead: "npx chisan dr drill measures it in the sandbox" },
      ...always,
    ];
  }
  return [
    { what: "The vendors' own speed", why: "the sandbox stands in for Google, Supabase, Vercel and Cloudflare, and makes in seconds what takes them minutes", instead: "the quarterly drill in the cloud measures it" },
    { what: "Data of production's size", why: `${rows === undefined ? "the sandbox holds few rows" : `the sandbox held ${count(rows, "row")}`}`, instead: "npx chisan dr model prints what to expect at 1 GB to 1 TB" },
    dns,
    { what: "Certificates", why: "nothing in the sandbox terminates TLS", instead: "the quarterly drill in the cloud makes them; chisan-dr holds its own for the hosts before anybody is sent there" },
    { what: "The loss of all of Google's project", why: "its serving region was out, the project itself was not deleted", instead: "no command of the recovery is given prod's Google credentials: docs/runbooks/procedure-c.md" },
    { what: "The loss of Cloudflare's account", why: "backups and files are there", instead: "docs/pitfalls.md" },
    { what: "The end of the substitute's locks", why: "copies in its vault are locked for 31 days; in the sandbox they went with it", instead: "after a drill in the cloud: npx chisan destroy chisan-dr --cloud again, on the day that it names" },
    ...always,
  ];
}
