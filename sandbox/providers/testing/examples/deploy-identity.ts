import type { Declared } from "../whole-environment";

/** GitHub Actions that may use an account of the project. */
export function deployIdentityExamples(project: string): Declared[] {
  return [
    {
      token: "gcp:iam/workloadIdentityPool:WorkloadIdentityPool",
      name: "pool",
      inputs: () => ({ project, workloadIdentityPoolId: "deploy-0001", displayName: "Deployments" }),
      importId: () => `${project}/deploy-0001`,
    },
    {
      token: "gcp:iam/workloadIdentityPoolProvider:WorkloadIdentityPoolProvider",
      name: "pool-provider",
      inputs: () => ({
        project,
        workloadIdentityPoolId: "deploy-0001",
        workloadIdentityPoolProviderId: "github",
        attributeMapping: { "google.subject": "assertion.run_id" },
        attributeCondition: "assertion.repository_id == '74'",
        oidc: { issuerUri: "https://token.actions.githubusercontent.com" },
      }),
      importId: () => `${project}/deploy-0001/github`,
    },
  ];
}
