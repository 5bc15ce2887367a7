import { independently, resourcePolicy } from "../framework/policy";
import { shown } from "../least-privilege/reading/properties";

const version = "gcp:secretmanager/secretVersion:SecretVersion";
const leastSeconds = 604_800;

export const secretVersionsSurvive = resourcePolicy({
  id: "secret-versions-survive",
  title: "A version of a secret that is removed can be brought back",
  severity: "high",
  section: "2.4",
  why: "a destroyed ENCRYPTION_KEY is the loss of all that it encrypted",
  remediation: 'set deletionPolicy: "DISABLE" and versionDestroyTtl: "604800s" (components/secret-store-inputs.ts)',
  types: [version, "gcp:secretmanager/secret:Secret"],
  check: ({ type, props }, report) => {
    if (type === version) {
      const found = props["deletionPolicy"];
      if (found !== "DISABLE") report(`deletionPolicy is ${shown(found)}; allowed: "DISABLE"`);
      return;
    }
    independently(
      () => {
        const found = props["versionDestroyTtl"];
        if (!(Number.parseInt(String(found), 10) >= leastSeconds))
          report(`versionDestroyTtl is ${shown(found)}; allowed: "${leastSeconds}s" or more`);
      },
      () => {
        for (const property of ["ttl", "expireTime"])
          if (props[property] !== undefined)
            report(`${property} is ${shown(props[property])}, at which the secret goes by itself; allowed: nothing`);
      },
    );
  },
});
