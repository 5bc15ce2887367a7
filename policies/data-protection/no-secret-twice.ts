import { stackPolicy, type PolicyResource } from "../framework/policy";
import { comparer, eachSecret } from "./reading/stack-secrets";

export const noSecretTwice = stackPolicy({
  id: "no-secret-twice",
  title: "No two secrets of an environment have the same value",
  severity: "high",
  section: "2.5",
  why: "whoever learns the one has the other, and rotating one leaves the other as it was",
  remediation: "generate each by itself (config/environment-variables.ts)",
  check: (resources, report) => {
    const compare = comparer();
    const seen = new Map<string, { name: string; resource: PolicyResource }>();
    eachSecret(resources, ({ name, resource, value }) => {
      const first = seen.get(compare(value));
      // One secret in two places (the vendor of the web app and Secret Manager) is still one.
      if (first !== undefined && first.name !== name)
        report(`${name} has the same value as ${first.name}; allowed: a value of its own`, resource);
      else seen.set(compare(value), { name, resource });
    });
  },
});
