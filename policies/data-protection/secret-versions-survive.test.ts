import { policyCases } from "../least-privilege/testing/mutations";
import { secretVersionsSurvive } from "./secret-versions-survive";

policyCases(secretVersionsSurvive, {
  compliant: [
    { type: "gcp:secretmanager/secretVersion:SecretVersion", name: "version", inputs: { deletionPolicy: "DISABLE", secretData: "canary" } },
    { type: "gcp:secretmanager/secret:Secret", name: "secret", inputs: { versionDestroyTtl: "604800s" } },
  ],
  refused: [
    ["version", "deletionPolicy", "DELETE", 'deletionPolicy is "DELETE"; allowed: "DISABLE"'],
    ["version", "deletionPolicy", undefined, "deletionPolicy is nothing"],
    ["secret", "versionDestroyTtl", "86400s", 'versionDestroyTtl is "86400s"'],
    ["secret", "versionDestroyTtl", undefined, "versionDestroyTtl is nothing"],
    ["secret", "ttl", "3600s", 'ttl is "3600s", at which the secret goes by itself'],
    ["secret", "expireTime", "2027-01-01T00:00:00Z", "expireTime is"],
  ],
  undecided: [
    ["version", "deletionPolicy"],
    ["secret", "versionDestroyTtl"],
  ],
});
