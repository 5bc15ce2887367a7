/** What leads the users to an environment, and nothing besides: two records and one domain, in the stack that has them. */
import type { StackName } from "../../../config/naming";
import { projectName } from "../../../sandbox/control/stacks";
import type { ExportedState, StateResource } from "../region/traffic-state";

/** The stacks between which they go. */
export type Side = Extract<StackName, "prod" | "chisan-dr">;

/** By the logical name in the program (components/dns.ts, components/web-app.ts). */
export const belongings = {
  "dns-app": { type: "cloudflare:index/dnsRecord:DnsRecord", parent: { kind: "Dns", name: "dns" } },
  "dns-api": { type: "cloudflare:index/dnsRecord:DnsRecord", parent: { kind: "Dns", name: "dns" } },
  "web-domain": { type: "vercel:index/projectDomain:ProjectDomain", parent: { kind: "WebApp", name: "web" } },
} as const;
export type Belonging = keyof typeof belongings;
export const belongingNames = Object.keys(belongings) as Belonging[];

/** `chisan:infrastructure:Dns` is the type that every component's begins with (components/component.ts). */
const componentType = (kind: string) => `chisan:infrastructure:${kind}`;

export function urnOf(stack: Side, name: Belonging): string {
  const { type, parent } = belongings[name];
  return `urn:pulumi:${stack}::${projectName}::${componentType(parent.kind)}$${type}::${name}`;
}

export function parentUrn(stack: Side, name: Belonging): string {
  const { kind, name: parent } = belongings[name].parent;
  return `urn:pulumi:${stack}::${projectName}::${componentType(kind)}::${parent}`;
}

export interface FoundState {
  /** Those of the three that the state has, with the vendor's id. */
  readonly has: ReadonlyMap<Belonging, string>;
  /** The web project's id. */
  readonly webProject: string;
  /** The providers' URNs that the three need, by package. */
  readonly providers: { readonly cloudflare: string; readonly vercel: string };
}

/**
 * What a stack's state says of the three and of what they hang on.
 *
 * @throws CHI-H095 when the environment is not up
 */
export function foundState(stack: Side, state: ExportedState): FoundState {
  const resources = state.deployment?.resources ?? [];
  const one = (what: string, found: StateResource | undefined): StateResource => {
    if (found === undefined) throw new Error(`CHI-H095 ${stack} is not up, its state has no ${what}: ${stack === "prod" ? "npx chisan dr failback rebuilds it" : "npx chisan dr stand-up"}`);
    return found;
  };
  const provider = (name: "cloudflare" | "vercel") => {
    const found = resources.filter(({ type }) => type === `pulumi:providers:${name}`);
    // The default one, if there are others; of several versions the one that something uses, which is the newest.
    return one(`provider of ${name}`, found.filter(({ urn }) => urn.includes("::default")).at(-1) ?? found.at(-1)).urn;
  };
  const web = one("web project", resources.find(({ urn }) => urn.endsWith("vercel:index/project:Project::web-project")));
  one("load balancer", resources.find(({ urn }) => urn.endsWith("gcp:compute/globalAddress:GlobalAddress::edge-address")));
  return {
    has: new Map(belongingNames.flatMap((name) => resources.filter(({ urn }) => urn === urnOf(stack, name)).map(({ id }) => [name, id ?? ""] as const))),
    webProject: String(web.id),
    providers: { cloudflare: provider("cloudflare"), vercel: provider("vercel") },
  };
}
