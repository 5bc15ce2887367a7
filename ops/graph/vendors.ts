/** Whose a resource is, by the package in its type. */
export interface Vendor {
  /** In class names of the picture. */
  readonly id: string;
  /** In its legend. */
  readonly name: string;
}

const byPackage: Readonly<Record<string, Vendor>> = {
  gcp: { id: "gcp", name: "Google Cloud" },
  cloudflare: { id: "cloudflare", name: "Cloudflare" },
  vercel: { id: "vercel", name: "Vercel" },
  supabase: { id: "supabase", name: "Supabase" },
  checkly: { id: "checkly", name: "Checkly" },
  sentry: { id: "sentry", name: "Sentry" },
  random: { id: "random", name: "Random" },
  // Resources whose provider is a module of this repository (components/dynamic).
  "pulumi-nodejs": { id: "own", name: "Own provider" },
  pulumi: { id: "pulumi", name: "Pulumi" },
};

/** A package that nobody listed is still drawn, under its own name. */
export function vendorOf(type: string): Vendor {
  const name = type.slice(0, type.indexOf(":"));
  return byPackage[name] ?? { id: "other", name };
}

/** The last part of a type: `gcp:compute/routerNat:RouterNat` is a `RouterNat`, `pulumi:providers:gcp` a `Provider gcp`. */
export function shortType(type: string): string {
  const provider = /^pulumi:providers:(.+)$/.exec(type)?.[1];
  return provider !== undefined ? `Provider ${provider}` : type.slice(type.lastIndexOf(":") + 1);
}
