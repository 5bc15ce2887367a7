import { done, judged, open, provenBy, unreadable, type Prerequisite } from "../prerequisite";

/** prod alone owns the zone: there is one for all environments (stacks/). */
const owner = ["prod"] as const;

export const cloudflare: readonly Prerequisite[] = [
  {
    id: "zone-delegated",
    system: "Cloudflare",
    title: "Add the zone at Cloudflare and delegate the domain to its name servers",
    why: "section 1.1: every address is below the zone; only the registrar can delegate a domain",
    how: "dash.cloudflare.com → Add a domain → copy the two name servers; enter them at the domain's registrar; zone and account id (Overview, on the right) → chisan:cloudflareZoneId, chisan:cloudflareAccountId",
    read: "the zone's NS records, asked of this machine's resolver",
    check(facts) {
      const zone = facts.setting("zone");
      if (typeof zone !== "string") return open("not set: chisan:zone");
      return judged(facts.nameServers(zone), (names) => {
        const others = names.filter((name) => !/\.ns\.cloudflare\.com\.?$/i.test(name));
        if (names.length === 0) return open(`${zone} is delegated to nobody`);
        return others.length === 0 ? done(`${zone} is delegated to ${names.join(", ")}`) : open(`${zone} is delegated to ${others.join(", ")}`);
      });
    },
  },
  {
    id: "dnssec-ds-record",
    system: "Cloudflare",
    title: "Enter the DS record at the domain's registrar",
    why: "DNSSEC protects nobody before the parent zone has the DS record; only the registrar can enter it",
    how: "npx chisan output prod dnssecDelegation --cloud; enter its key tag, algorithm, digest type and digest at the registrar → DNSSEC",
    read: "the zone's DS record, asked of this machine's resolver, against the one in the state",
    stacks: owner,
    async check(facts) {
      const zone = facts.setting("zone");
      if (typeof zone !== "string") return open("not set: chisan:zone");
      return judged(facts.delegationSigners(zone), (found) => {
        if (found.length === 0) return open(`the parent of ${zone} has no DS record`);
        const state = "value" in facts.resources ? facts.resources.value : [];
        const ours = state.find(({ type }) => type === "cloudflare:index/zoneDnssec:ZoneDnssec")?.outputs;
        if (ours === undefined) return unreadable(`the parent has a DS record with the key tag ${found[0]?.keyTag}; the state tells none to compare it with`);
        const matches = found.some(({ keyTag, digest }) => keyTag === ours["keyTag"] && digest.toUpperCase() === String(ours["digest"]).toUpperCase());
        return matches ? done("the parent's DS record is ours") : open(`the parent's DS record (key tag ${found[0]?.keyTag}) is not ours (key tag ${String(ours["keyTag"])}): resolvers that check it refuse the zone`);
      });
    },
  },
  {
    id: "r2-enabled",
    system: "Cloudflare",
    title: "Enable R2 on the account",
    why: "section 3.1: files and exports lie in R2, which asks for a payment method before the first bucket",
    how: "dash.cloudflare.com → R2 Object Storage → Add R2 subscription to my account",
    read: "a bucket in the state proves it",
    check: (facts) => provenBy(facts, /^cloudflare:index\/r2Bucket:R2Bucket$/, "R2 took a bucket of ours"),
  },
  {
    id: "workers-paid",
    system: "Cloudflare",
    title: "Take the Workers Paid plan",
    why: "section 3.1: the keeper of file versions copies many objects in one run; the free plan stops at 10 ms CPU and 50 requests (Workers' \"Limits\" page)",
    how: "dash.cloudflare.com → Compute (Workers) → Plans → Workers Paid",
    read: "cannot be read: a script is accepted on either plan",
    check: () => unreadable("a script is accepted on either plan, and fails in its work only"),
  },
];
