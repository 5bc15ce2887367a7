/** The vendors besides Google whose look-ups run in each preview and update, whatever its targets: the program asks them while it declares. */
const vendors = ["checkly", "cloudflare", "sentry", "supabase", "vercel"] as const;
export type Vendor = (typeof vendors)[number];

const names: Readonly<Record<Vendor, string>> = { checkly: "Checkly", cloudflare: "Cloudflare", sentry: "Sentry", supabase: "Supabase", vercel: "Vercel" };

/** The vendor that did not answer, by the first function, resource or provider of one that the engine's words name; undefined: it was none of them. */
export function silentVendor(words: string): Vendor | undefined {
  const named = /(?:\b|pulumi:providers:)(checkly|cloudflare|sentry|supabase|vercel)(?::[\w/]+:\w+|::| did not answer)/.exec(words)?.[1];
  return vendors.find((vendor) => vendor === named);
}

export function vendorName(vendor: Vendor): string {
  return names[vendor];
}
