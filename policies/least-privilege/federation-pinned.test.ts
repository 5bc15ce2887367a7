import { attributeCondition, attributeMapping, githubIssuer } from "../../components/deploy-identity-inputs";
import { federationPinned } from "./federation-pinned";
import { policyCases } from "./testing/mutations";

const condition = attributeCondition({ stack: "prod", repositoryId: "12", ownerId: "34" });
const without = (term: string): string => condition.replace(`${term} && `, "");
const type = "gcp:iam/workloadIdentityPoolProvider:WorkloadIdentityPoolProvider";

policyCases(federationPinned, {
  compliant: [{ type, name: "provider", inputs: { attributeCondition: condition, attributeMapping, oidc: { issuerUri: githubIssuer } } }],
  refused: [
    ["provider", "attributeCondition", undefined, "attributeCondition says nothing of assertion.repository_id"],
    ["provider", "attributeCondition", without("assertion.repository_id == '12'"), "says nothing of assertion.repository_id;"],
    ["provider", "attributeCondition", without("assertion.repository_owner_id == '34'"), "says nothing of assertion.repository_owner_id;"],
    ["provider", "attributeCondition", without("assertion.environment == 'prod'"), "says nothing of assertion.environment;"],
    ["provider", "attributeCondition", without("assertion.ref == 'refs/heads/main'"), "says nothing of assertion.ref;"],
    ["provider", "attributeCondition", without("assertion.ref_protected == 'true'"), "says nothing of assertion.ref_protected;"],
    [
      "provider",
      "attributeCondition",
      without("assertion.event_name in ['push', 'workflow_dispatch']"),
      "says nothing of assertion.event_name;",
    ],
    [
      "provider",
      "attributeCondition",
      condition.replace("'prod'", "'staging'"),
      `says "assertion.environment == 'staging'" of assertion.environment; allowed: assertion.environment == 'prod'`,
    ],
    ["provider", "attributeCondition", condition.replace("'push'", "'pull_request_target'"), "pull_request_target"],
    ["provider", "attributeCondition", `${condition} || true`, 'has an alternative ("||" or "?")'],
    ["provider", "attributeCondition", condition.replace(" == '12'", " != '12'"), "of assertion.repository_id;"],
    ["provider", "oidc.issuerUri", "https://example.com", 'oidc.issuerUri is "https://example.com"'],
    ["provider", "oidc.allowedAudiences", ["anybody"], "oidc.allowedAudiences is a list"],
    ["provider", "oidc", undefined, "oidc.issuerUri is nothing"],
    ["provider", "aws", { accountId: "1" }, "the provider trusts aws too"],
    ["provider", "attributeMapping", { "attribute.deployment": "'x'" }, `attribute.deployment is mapped from "'x'"`],
  ],
  undecided: [
    ["provider", "attributeCondition"],
    ["provider", "oidc"],
    ["provider", "attributeMapping"],
  ],
});

describe("staging, which any branch may deploy to", () => {
  const staging = attributeCondition({ stack: "staging", repositoryId: "12", ownerId: "34" });
  policyCases(federationPinned, {
    stack: "staging",
    compliant: [{ type, name: "provider", inputs: { attributeCondition: staging, attributeMapping, oidc: { issuerUri: githubIssuer } } }],
    refused: [["provider", "attributeCondition", condition, "of assertion.environment; allowed: assertion.environment == 'staging'"]],
  });
});
