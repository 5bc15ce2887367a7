import { resourcePolicy } from "../framework/policy";

/** What is made to be carried about and is valid until somebody remembers it, by type, with what takes its place. */
const keys: Readonly<Record<string, string>> = {
  "gcp:serviceaccount/key:Key": "federation (components/deploy-identity.ts)",
  "gcp:storage/hmacKey:HmacKey": "a service account with a grant on the bucket",
  "gcp:projects/apiKey:ApiKey": "a service account with a grant",
  "cloudflare:index/apiToken:ApiToken": "an AccountToken, which no person's leaving ends (components/r2-credentials.ts)",
  "vercel:index/userToken:UserToken": "a member of the access table",
  "vercel:index/oauthAppClientSecret:OauthAppClientSecret": "a member of the access table",
  "vercel:index/edgeConfigToken:EdgeConfigToken": "a variable of the catalogue",
};

export const noKeys = resourcePolicy({
  id: "no-keys",
  title: "No service account keys, and no tokens of persons",
  severity: "critical",
  section: "2.5",
  why: "a key that lies in a file or in the state is a right that cannot be seen in use and is forgotten in force",
  remediation: "delete the resource; workloads run as their account, pipelines federate (components/deploy-identity.ts)",
  types: Object.keys(keys),
  check: ({ type }, report) => report(`${type} is a key; allowed: ${keys[type]}`),
});
