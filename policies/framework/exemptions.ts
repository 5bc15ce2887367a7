/** Violations that are accepted for a while: policies/exemptions.yaml, read, checked and used. */
import { stackNames } from "../../config/naming";
import type { ExemptionUse } from "./findings";
import { stackPolicy, type StackPolicy } from "./policy";

/** Who may own an exemption: the roles of the operations document (sections 2.2 and 4.3). */
export const ownerRoles: readonly string[] = ["Primary On-Call", "Database Admin", "Security Lead", "Business Owner", "Deploy admin"];

export interface Exemption extends ExemptionUse {
  policy: string;
  /** A resource's URN, `urn:pulumi:<stack>::<project>::<types>::<name>`; the types may be `*`, for any. */
  resource: string;
}

/**
 * How many days ahead an exemption may end. Section 8.1 of the operations document has the policies reviewed each quarter (at most 92 days): within
 * 180 each exemption comes before a review at least once, and whoever needs it for longer renews it there.
 */
export const mostDays = 180;

const fields = ["policy", "resource", "reason", "owner", "expires"] as const;
const day = /^\d{4}-\d{2}-\d{2}$/;

/**
 * Checks the entries of the file.
 *
 * @param isPolicy whether a policy of any pack has this id
 * @param now an exemption holds through its last day, UTC
 * @throws CHI-P010 to CHI-P015, naming the entry, for the first that is malformed, too wide, unreasoned, too long or expired: none is used then
 */
export function checkedExemptions(content: unknown, isPolicy: (id: string) => boolean, now: Date): Exemption[] {
  const entries = content !== null && typeof content === "object" && Object.keys(content).join() === "exemptions" ? (content as { exemptions: unknown }).exemptions : undefined;
  if (!Array.isArray(entries)) throw new Error("CHI-P010 policies/exemptions.yaml is not a list under the one key `exemptions`: write `exemptions: []` for none");
  return entries.map((entry: unknown, at) => checked(entry, at + 1, isPolicy, now));
}

function checked(entry: unknown, at: number, isPolicy: (id: string) => boolean, now: Date): Exemption {
  const given = entry !== null && typeof entry === "object" ? Object.keys(entry) : [];
  const isComplete = given.length === fields.length && fields.every((field) => typeof (entry as Record<string, unknown>)[field] === "string");
  if (!isComplete) {
    throw new Error(`CHI-P010 exemption ${at} has ${given.join(", ") || "no fields"}: it needs ${fields.join(", ")}, each a text (quote the date)`);
  }
  const exemption = entry as Exemption;
  const { policy, resource, reason, owner, expires } = exemption;
  const name = `exemption ${at} (${policy} for ${resource})`;
  if (!isPolicy(policy)) throw new Error(`CHI-P011 ${name}: no policy has the id "${policy}"; docs/policies.md lists them`);
  const wrong = wrongResource(resource);
  if (wrong !== undefined) {
    throw new Error(`CHI-P012 ${name}: ${wrong}; write urn:pulumi:<stack>::<project>::<types>::<name> of one resource, where only <types> may be *`);
  }
  if (!isSentence(reason)) throw new Error(`CHI-P013 ${name}: the reason is "${reason}"; say in a sentence why and what will end it (four different words or more)`);
  if (!ownerRoles.includes(owner)) throw new Error(`CHI-P014 ${name}: the owner is "${owner}"; it must be a role: ${ownerRoles.join(", ")}`);
  if (!day.test(expires) || new Date(`${expires}T00:00:00Z`).toJSON()?.slice(0, 10) !== expires) throw new Error(`CHI-P010 ${name}: "${expires}" is not a date like 2027-01-31`);
  const today = now.toISOString().slice(0, 10);
  const last = new Date(Date.parse(today) + mostDays * 86_400_000).toISOString().slice(0, 10);
  if (expires > last) throw new Error(`CHI-P010 ${name} expires on ${expires}, today is ${today}: at most ${mostDays} days ahead, ${last} or before (section 8.1's quarterly review)`);
  if (expires < today) throw new Error(`CHI-P015 ${name} expired on ${expires}, today is ${today}: mend the resource and delete it, or have its owner (${owner}) renew it`);
  return exemption;
}

/** What is wrong with a resource's pattern: an exemption is for one resource of one stack. */
function wrongResource(resource: string): string | undefined {
  const [prefixed = "", project = "", types = "", name = "", ...more] = resource.split("::");
  const stack = /^urn:pulumi:(.*)$/.exec(prefixed)?.[1] ?? "";
  if (!(stackNames as readonly string[]).includes(stack)) return `its stack is "${stack}" and must be one of ${stackNames.join(", ")}`;
  if (!/^[\w.-]+$/.test(project)) return `its project is "${project}" and must be a project's whole name`;
  // A type, after those of its parents: `chisan:infrastructure:ApiService$gcp:cloudrunv2/service:Service`.
  if (types !== "*" && !/^[\w./-]+(?::[\w./-]+){2}(?:\$[\w./-]+(?::[\w./-]+){2})*$/.test(types)) return `its types are "${types}" and must be * or whole types`;
  if (more.length > 0 || name.trim() === "" || name.includes("*")) return `its name is "${[name, ...more].join("::")}" and must be a resource's whole name, without *`;
  return undefined;
}

/** Four different words of two letters or more, in any script: `- - - -` and `x x x x` say nothing. */
function isSentence(reason: string): boolean {
  return new Set(reason.toLowerCase().match(/\p{L}[\p{L}\p{M}'’-]*\p{L}/gu)).size >= 4;
}

/** What a run does with the exemptions of one stack. */
export class Exemptions {
  readonly #all: readonly { exemption: Exemption; pattern: RegExp }[];
  readonly #spent = new Set<Exemption>();

  /**
   * @param pack by which the policy that checks their use is named
   * @param policies ids of the policies that are judged in this run; other packs look after their own
   */
  public constructor(
    private readonly pack: string,
    exemptions: readonly Exemption[],
    policies: readonly string[],
  ) {
    this.#all = exemptions.filter(({ policy }) => policies.includes(policy)).map((exemption) => ({ exemption, pattern: patternOf(exemption.resource) }));
  }

  /** The exemption of a violation, and marks it as used. */
  public use(policy: string, urn: string): ExemptionUse | undefined {
    const found = this.#matching(policy, urn)[0];
    if (found !== undefined) this.#spent.add(found);
    return found;
  }

  /** Whether an exemption is needed is not known yet either. */
  public noteUndecided(policy: string, urn: string): void {
    for (const exemption of this.#matching(policy, urn)) this.#spent.add(exemption);
  }

  /** Fails a run in which an exemption for its stack excused nothing. Undefined when there is none to look after. */
  public unusedPolicy(): StackPolicy | undefined {
    if (this.#all.length === 0) return undefined;
    return stackPolicy({
      id: `${this.pack}-exemptions-are-used`,
      title: "Every exemption for the stack excuses something",
      severity: "high",
      section: "2.5",
      why: "an exemption that excuses nothing would hide the next violation that fits its pattern",
      remediation: "delete the entry from policies/exemptions.yaml, or correct its pattern",
      check: (resources, report, { stack }) => {
        for (const { exemption, pattern } of this.#all) {
          if (this.#spent.has(exemption) || !exemption.resource.startsWith(`urn:pulumi:${stack}::`)) continue;
          const matched = resources.some(({ urn }) => pattern.test(urn));
          report(`CHI-P016 the exemption from ${exemption.policy} for ${exemption.resource} ${matched ? "excuses nothing: the policy is kept" : "matches no resource"}`);
        }
      },
    });
  }

  #matching(policy: string, urn: string): Exemption[] {
    return this.#all.filter(({ exemption, pattern }) => exemption.policy === policy && pattern.test(urn)).map(({ exemption }) => exemption);
  }
}

/** `*` stays within its part of the URN. */
function patternOf(glob: string): RegExp {
  return new RegExp(`^${glob.split("*").map((text) => text.replace(/[.+?^${}()|[\]\\]/g, "\\$&")).join("(?:(?!::).)*")}$`);
}
