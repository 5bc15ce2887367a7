import type { Facts } from "../facts";
import { done, judged, open, unreadable, type Prerequisite } from "../prerequisite";

/** The project's ref, from the state. */
function projectRef(facts: Facts): string | undefined {
  const all = "value" in facts.resources ? facts.resources.value : [];
  const id = all.find(({ type }) => type === "supabase:index/project:Project")?.outputs?.["id"];
  return typeof id === "string" ? id : undefined;
}

export const supabase: readonly Prerequisite[] = [
  {
    id: "supabase-plan",
    system: "Supabase",
    title: "Put the organization on the Pro or Team plan",
    why: "section 3.1: point-in-time recovery and the compute add-ons are for paid plans; a free project is paused when it is idle",
    how: "supabase.com/dashboard → the organization → Billing → Subscription Plan → Change; the organization's slug → chisan:supabaseOrganizationId",
    read: "the Management API's answer on the organization, with SUPABASE_ACCESS_TOKEN",
    check(facts) {
      const organization = facts.setting("supabaseOrganizationId");
      if (typeof organization !== "string") return open("not set: chisan:supabaseOrganizationId");
      return judged(facts.supabasePlan(organization), (plan) => (plan === "free" ? open("the organization is on the free plan") : done(`the organization is on the plan "${plan}"`)));
    },
  },
  {
    id: "supabase-addons",
    system: "Supabase",
    title: "Accept the cost of the add-ons: recovery, IPv4, compute",
    why: "sections 3.1 and 3.2: PITR 7 days needs compute Small; the database's IPv4 address is what our NAT reaches. `up` selects them, the organization pays monthly",
    how: "supabase.com/dashboard → the project → Settings → Add-ons: look at the prices; Billing → Cost Control → Spend cap off, or the add-ons are refused",
    read: "the selected add-ons, from the Management API",
    check(facts) {
      const ref = projectRef(facts);
      if (ref === undefined) return unreadable("unreadable" in facts.resources ? facts.resources.unreadable : "the state has no Supabase project yet");
      const { pointInTimeRecoveryDays: days } = facts.specification;
      const wanted = { ipv4: "ipv4_default", ...(days === null ? {} : { pitr: `pitr_${days}` }) };
      return judged(facts.supabaseAddons(ref), (selected) => {
        const missing = Object.entries(wanted).filter(([type, variant]) => selected[type] !== variant).map(([type, variant]) => `${variant} (found ${selected[type] ?? "none"})`);
        return missing.length === 0 ? done(`selected: ${Object.values(selected).sort().join(", ")}`) : open(`not selected: ${missing.join(", ")}`);
      });
    },
  },
  {
    id: "supabase-members",
    system: "Supabase",
    title: "Invite the organization's members, with their roles",
    why: "section 8.3: DevOps and DBA; no provider has a resource for it",
    how: "supabase.com/dashboard → the organization → Team → Invite; who and with which role: `chisan:access` and config/access-table.ts; enforce MFA there as well",
    read: "cannot be read here: the stack's outputs have the expected table to compare with",
    check: () => unreadable("the expected members are in the stack's outputs: compare them with the Team page"),
  },
];
