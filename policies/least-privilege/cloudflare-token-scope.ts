import { independently, resourcePolicy } from "../framework/policy";
import { eachKnown, jsonRecord, list, record, shown } from "./reading/properties";

/** Things that a token may name one by one: a bucket, a zone (https://developers.cloudflare.com/fundamentals/api/how-to/create-via-api/). */
const named = [
  /^com\.cloudflare\.edge\.r2\.bucket\.[0-9a-f]{32}_[a-z]+_[a-z0-9-]+$/,
  /^com\.cloudflare\.api\.account\.zone\.[0-9a-f]{32}$/,
];

export const cloudflareTokenScope = resourcePolicy({
  id: "cloudflare-token-scope",
  title: "A Cloudflare token names the single buckets or zones that it opens",
  severity: "critical",
  section: "2.5",
  why: "the account holds every environment's buckets and the zone: a token for all of it opens prod to staging",
  remediation: "take resources from bucketResource() of components/r2-credentials.ts",
  types: ["cloudflare:index/accountToken:AccountToken"],
  check: ({ props }, report) => {
    if (list(props["policies"]).length === 0) report("the token has no policy; allowed: one that names its resources");
    eachKnown(props["policies"], (value) => {
      const policy = record(value);
      independently(
        () => {
          const { effect } = policy;
          if (effect !== "allow") report(`effect is ${shown(effect)}; allowed: "allow", as what is not named is closed`);
        },
        () => checkResources(policy["resources"], report),
        () => {
          const { length } = list(policy["permissionGroups"]);
          if (length !== 1) report(`a policy of the token has ${length} permission groups; allowed: 1`);
        },
      );
    });
  },
});

function checkResources(value: unknown, report: (message: string) => void): void {
  const resources = jsonRecord(value);
  if (resources === undefined) return report(`resources is ${shown(value)}; allowed: a JSON object of named resources`);
  const entries = Object.entries(resources);
  if (entries.length === 0) report("resources names nothing; allowed: at least one bucket or zone");
  for (const [resource, of] of entries) {
    if (!named.some((pattern) => pattern.test(resource)))
      report(`resources has ${shown(resource)}; allowed: one bucket, one zone, without "*"`);
    // "*" is the vendor's way to say "the whole of this one resource"; an object would say "these below it".
    else if (of !== "*") report(`resources has ${shown(of)} below ${shown(resource)}; allowed: "*", the resource itself`);
  }
}
