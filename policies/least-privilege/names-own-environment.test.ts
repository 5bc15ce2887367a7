import { namesOwnEnvironment } from "./names-own-environment";
import { policyCases } from "./testing/mutations";

const service = (name: string, value: string, secret: string) => ({
  type: "gcp:cloudrunv2/service:Service",
  name,
  inputs: { template: { containers: [{ envs: [{ name: "R2_BUCKET_NAME", value }, { name: "JWT_SECRET", valueSource: { secretKeyRef: { secret } } }] }], volumes: [{ secret: { secret } }] } },
});
const variable = (value: string) => ({ type: "vercel:index/projectEnvironmentVariable:ProjectEnvironmentVariable", name: "variable", inputs: { key: "API_URL", value, targets: ["production"] } });
const value = "template.containers[0].envs[0].value";
const secret = "template.containers[0].envs[1].valueSource.secretKeyRef.secret";

policyCases(namesOwnEnvironment, {
  compliant: [service("api", "chisan-files", "chisan-prod-jwt-secret"), variable("https://api.chisan.app")],
  refused: [
    ["api", value, "chisan-files-staging", "R2_BUCKET_NAME names chisan-files-staging, of staging; allowed: this stack's own"],
    ["api", value, "https://api-staging.chisan.app/v1", "names api-staging.chisan.app"],
    ["api", secret, "chisan-staging-jwt-secret", "JWT_SECRET names chisan-staging-, of staging"],
    ["api", "template.volumes[0].secret.secret", "chisan-dr-key", "a volume names chisan-dr-, of chisan-dr"],
    ["variable", "value", "https://staging.chisan.app", "API_URL names staging.chisan.app"],
  ],
  allowed: [
    ["api", value, "chisan-files-vault"],
    ["variable", "value", "https://elsewhere.example.com"],
  ],
  undecided: [
    ["api", value],
    ["api", secret],
    ["variable", "value"],
  ],
});

policyCases(namesOwnEnvironment, {
  stack: "chisan-dr",
  compliant: [service("api", "chisan-files-dr", "chisan-dr-jwt-secret"), variable("https://api.chisan.app")],
  refused: [["api", value, "chisan-files", "names chisan-files, of prod"]],
});
