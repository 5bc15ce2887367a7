import { policyCases } from "../least-privilege/testing/mutations";
import { explicitSecretVersions } from "./explicit-secret-versions";

const path = "template.containers[0].envs[0].valueSource.secretKeyRef.version";

policyCases(explicitSecretVersions, {
  compliant: [
    {
      type: "gcp:cloudrunv2/service:Service",
      name: "api",
      inputs: {
        template: {
          containers: [
            {
              envs: [
                { name: "JWT_SECRET", valueSource: { secretKeyRef: { secret: "jwt", version: "3" } } },
                { name: "LOG_LEVEL", value: "info" },
              ],
            },
          ],
          volumes: [{ secret: { secret: "file", items: [{ path: "key", version: "1" }] } }],
        },
      },
    },
  ],
  refused: [
    ["api", path, "latest", 'JWT_SECRET reads version "latest"; allowed: a number'],
    ["api", path, undefined, "JWT_SECRET reads version nothing"],
    ["api", path, "current", 'version "current"'],
    ["api", path, "0", 'version "0"'],
    ["api", "template.volumes[0].secret.items[0].version", "latest", 'file key reads version "latest"'],
  ],
  undecided: [["api", path]],
});
