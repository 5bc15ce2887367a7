import { silentVendor } from "./silent-vendor";

test.each([
  ["error: CHI-R001 sentry did not answer sentry:index/getSentryOrganizationIntegration:getSentryOrganizationIntegration: HTTP 500", "sentry"],
  ["Error: invocation of supabase:index/getApikeys:getApikeys returned an error: dial tcp: i/o timeout", "supabase"],
  ["invoke of cloudflare:index/getResourceGroups:getResourceGroups failed", "cloudflare"],
  ["error: pulumi:providers:vercel::vercel: rpc error: code = Unavailable", "vercel"],
])("%s", (words, vendor) => {
  expect(silentVendor(words)).toBe(vendor);
});

test.each([
  "gcp:compute/backendService:BackendService: update failed after all retries: HTTP 500",
  "CHI-K001 chisan:cloudflareZoneId: found nothing",
  "CHI-R001 gcp did not answer",
])("no other vendor's: %s", (words) => {
  expect(silentVendor(words)).toBeUndefined();
});
