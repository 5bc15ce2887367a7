import { independently, stackPolicy } from "../framework/policy";
import { eachShownValue, type ShownValue } from "./reading/shown-values";
import { eachMadeValue, eachSecret, type StackSecret } from "./reading/stack-secrets";

/** From this many characters a secret does not stand within another value by chance. */
const leastWithin = 16;

/** A name says what a value should be; this asks what it is. Values are compared and never shown. */
export const noSecretShown = stackPolicy({
  id: "no-secret-shown",
  title: "What can be read back holds no secret of the stack",
  severity: "critical",
  section: "2.5",
  why: "NEXT_PUBLIC_SUPABASE_ANON_KEY with the key of the service role in it gives every browser the whole database",
  remediation: "give the variable its own value in stacks/environment-values.ts, then rotate what was shown",
  check: (resources, report) => {
    const secrets: StackSecret[] = [];
    const shown: ShownValue[] = [];
    independently(
      () => eachSecret(resources, (secret) => secrets.push(secret)),
      () => eachMadeValue(resources, (secret) => secrets.push(secret)),
      () => eachShownValue(resources, (value) => shown.push(value)),
      () => {
        for (const { name, resource, value } of shown) {
          const found = secrets.find((secret) => isWithin(secret.value, value) && !(secret.resource === resource && secret.name === name));
          if (found !== undefined) report(`${name} shows the value of ${found.name}; allowed: a value that is no secret's`, resource);
        }
      },
    );
  },
});

function isWithin(secret: string, value: string): boolean {
  return secret !== "" && (value === secret || (secret.length >= leastWithin && value.includes(secret)));
}
