/**
 * In what the environments' resources differ besides what their traits explain (stacks/*.ts, shape-parity-traits.ts): each with its reason.
 * A line that explains nothing any more is an error of `npx chisan parity`.
 */
import { accessLevel, accessRoles, accessTable, type GcpGrant, kebab, roleSlug } from "./access-table";
import type { EnvironmentSpecification } from "./environment-specification";
import { environmentSlug } from "./naming";
import type { DeclaredDifference, OwnValue } from "./shape-parity-rule";

const levelOf = ({ stack }: EnvironmentSpecification) => accessLevel(environmentSlug(stack));
const grantsOf = ({ gcp }: typeof accessTable, environment: EnvironmentSpecification): readonly string[] =>
  Object.values(gcp).flatMap((cell: Readonly<Record<"staging" | "production", GcpGrant>>) => [...cell[levelOf(environment)].project]);

export const declaredDifferences: readonly DeclaredDifference[] = [
  ...accessDifferences(),
  {
    resources: "deploy-role-resourcemanager-project-iam-admin",
    property: "condition.expression",
    fragment: (environment) => [...new Set([...grantsOf(accessTable, environment), "roles/monitoring.metricWriter"])].sort().map((role) => `'${role}'`).join(", "),
    environments: ["staging"],
    because: "The deployer may grant what the access table has people granted, and staging's are not production's",
  },
  {
    resources: "deploy-provider",
    property: "attributeCondition",
    fragment: (environment) =>
      levelOf(environment) === "production" ? "assertion.ref == 'refs/heads/main' && assertion.ref_protected == 'true'" : "assertion.ref.startsWith('refs/heads/')",
    environments: ["staging"],
    because: "Staging takes any branch, so that it is tried before it is merged; production takes the protected main alone (section 1.4)",
  },
  {
    resources: "checks-group",
    property: "locations",
    value: () => ["ap-northeast-2", "ap-northeast-1"],
    environments: ["chisan-dr"],
    because: "Checkly's own places, near the users: they stay when the database moves to another region",
  },
];

const drillGiven = "Prod's drill alone makes and destroys chisan-dr, from when it was given chisan-dr's tokens (configuration drillDeployer and the others)";

/** With `--deployed`, besides ids and addresses that the vendors gave, which are recognized as they are. */
export const ownValues: readonly OwnValue[] = [
  { resources: "api-*", property: "template.revision", because: "A revision is named by a hash of its template, and the template's parts are compared each" },
  { resources: "database-settings", property: "network", because: "The addresses are the environment's own, in their own order; whose they are is compared" },
  { resources: "database-settings", property: "auth.external_google_secret", because: "Each environment has its own credentials (section 2.5)" },
  {
    resources: "secrets-encryption-key-g*",
    because: "Who took data over was given the key that encrypts them, and made none (docs/adr/0012-disaster-recovery.md)",
    occasional: true,
  },
  ...["secrets-cloudflare-api-token*", "secrets-vercel-api-token*", "secrets-supabase-access-token*"].map((resources) => ({ resources, because: drillGiven, occasional: true as const })),
  { resources: "backup-schedule-drill-job", property: "template.template.containers[0].envs*", because: drillGiven, occasional: true },
];

/** Google's project roles that one level of the access table has and the other has not. */
function accessDifferences(): DeclaredDifference[] {
  return accessRoles.flatMap((role) => {
    const cells: Partial<Record<string, { staging: GcpGrant; production: GcpGrant; because: string }>> = accessTable.gcp;
    const cell = cells[role];
    if (cell === undefined) return [];
    const [staging, production] = [cell.staging.project, cell.production.project];
    const [only] = [[...staging.filter((one) => !production.includes(one)), ...production.filter((one) => !staging.includes(one))]];
    return only.map((one) => ({
      resources: `access-gcp-${kebab(role)}-${roleSlug(one)}`,
      value: (environment: EnvironmentSpecification) => cell[levelOf(environment)].project.includes(one),
      environments: ["staging" as const],
      because: cell.because,
    }));
  });
}
