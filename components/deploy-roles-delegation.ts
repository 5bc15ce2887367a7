/** What the deployer may grant on the project: what the stack grants there to others, as far as that makes nobody more than he was. */

/**
 * The services whose roles make nobody more than they say. Of their 117 predefined roles, only the agents of Google's own services and
 * run.sourceDeveloper let somebody act as another identity, make a key, or change a policy of the project, of an account or a custom role (the
 * permissions of each in Google's list, 2026-08; see deploy-roles.ts). What is not listed here, and so every role of tomorrow, is granted by a person.
 */
const harmlessServices =
  "artifactregistry certificatemanager cloudscheduler cloudtrace compute errorreporting logging monitoring run secretmanager".split(" ");
const exceptions = /ServiceAgent$|\.serviceAgent$|^roles\/run\.sourceDeveloper$/;

/** What a condition can list at once: https://cloud.google.com/iam/docs/setting-limits-on-granting-roles */
const mostDelegable = 10;

/**
 * Of the roles that the stack grants on its project to others (people, workloads), those that the deployer may give and take: all that make
 * nobody more than they say. The others, basic and custom roles among them, are granted by a person.
 *
 * @throws CHI-C901 for more than a condition can list
 */
export function delegableRoles(grantedToOthers: Iterable<string>): string[] {
  const roles = [...new Set(grantedToOthers)].filter(isHarmless).sort();
  if (roles.length <= mostDelegable) return roles;
  throw new Error(
    `CHI-C901 the stack grants ${roles.length} roles on the project, and a condition can list ${mostDelegable}: grant on single resources instead (${roles.join(", ")})`,
  );
}

function isHarmless(role: string): boolean {
  const service = /^roles\/([a-z]+)\./.exec(role)?.[1];
  return service !== undefined && harmlessServices.includes(service) && !exceptions.test(role);
}

/** The condition of `grantAdmin`, in CEL. It holds for a change of the policy that gives or takes none but these roles. */
export function onlyTheseGrants(roles: readonly string[]): string {
  return `api.getAttribute('iam.googleapis.com/modifiedGrantsByRole', []).hasOnly([${roles.map((role) => `'${role}'`).join(", ")}])`;
}
