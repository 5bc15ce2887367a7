import type { Input } from "@pulumi/pulumi";
import type { ProjectArgs } from "@pulumi/vercel/bin/project";
import type { ProjectDeploymentRetentionArgs } from "@pulumi/vercel/bin/projectDeploymentRetention";
import type { ProjectDomainArgs } from "@pulumi/vercel/bin/projectDomain";
import type { ProjectEnvironmentVariableArgs } from "@pulumi/vercel/bin/projectEnvironmentVariable";
import type { ProjectRouteArgs } from "@pulumi/vercel/bin/projectRoute";
import { type ConsumerVariable, type EnvironmentVariable, environmentVariable } from "../config/environment-variables";
import { type EnvironmentSlug, physicalName } from "../config/naming";
import { equalEverywhere } from "../config/parity-manifest";
import { publicOnly } from "./public-value";

export interface WebAppArgs {
  readonly slug: EnvironmentSlug;
  readonly teamId: string;
  /** `owner/name` on GitHub. */
  readonly repository: string;
  /** The branch that is deployed to the domain, or null when nothing is deployed from git. */
  readonly branch: string | null;
  /** Whether pull requests get preview deployments, with this environment's values. Refused where the data are real. */
  readonly previews: boolean;
  /** The host, or null while another stack has it: Vercel gives a domain to one project only. */
  readonly domain: string | null;
  /** The API's own address, `https://<host>`: what lies behind the app's `/api/`. */
  readonly apiOrigin: string;
  /** A value for exactly each of the web app's variables in the catalogue. */
  readonly variables: Readonly<Partial<Record<ConsumerVariable<"web">, Input<string>>>>;
  readonly protect: boolean;
}

/** The limit of Vercel's provider on a project's name (its source, `name`: 1 to 52; the vendor's own limit is 100). */
const projectNameLength = 52;

/** The project's name: one project per environment, because a project's previews can be given whatever it holds. @throws CHI-C601 */
export function webProjectName(slug: EnvironmentSlug): string {
  const name = physicalName(slug, "web");
  if (!/^[a-z0-9-]+$/.test(name) || name.length > projectNameLength || name.includes("---")) {
    throw new Error(
      `CHI-C601 "${name}" (${name.length} characters) cannot name a Vercel project: use at most ${projectNameLength} lower-case letters, digits and hyphens, no "---"`,
    );
  }
  return name;
}

/** @throws CHI-C602 and CHI-C603, and CHI-C601 */
export function checkWebApp({ slug, previews, branch }: Pick<WebAppArgs, "slug" | "previews" | "branch">): void {
  webProjectName(slug);
  if (previews && (slug === "prod" || slug === "dr")) {
    throw new Error(
      `CHI-C602 the web project of ${slug} would build previews: a pull request's code would run with the secrets of real data; set pullRequestPreviews to false in stacks/`,
    );
  }
  if (previews && branch === null) {
    throw new Error(
      `CHI-C603 the web project of ${slug} would build previews of no repository: give webBranch in stacks/, or set pullRequestPreviews to false`,
    );
  }
}

/**
 * The project.
 *
 * - `vercelAuthentication`: whoever opens a preview, or any deployment by its generated address, must be a member of the team; the domain
 *   itself is open. (`standard_protection_new` is how Vercel's API calls that today.)
 * - `gitForkProtection`: a fork's pull request is built only after a member has allowed it.
 * - System variables stay off: the app gets what the catalogue lists.
 */
export function projectInputs(args: WebAppArgs): ProjectArgs {
  return {
    name: webProjectName(args.slug),
    teamId: args.teamId,
    framework: "nextjs",
    nodeVersion: equalEverywhere.nodeVersion,
    rootDirectory: "apps/web",
    // Seoul, beside the API: a page that calls the API from another continent would wait twice.
    serverlessFunctionRegion: "icn1",
    ...(args.branch === null ? {} : { gitRepository: { type: "github", repo: args.repository, productionBranch: args.branch } }),
    previewDeploymentsDisabled: !args.previews,
    vercelAuthentication: { deploymentType: "standard_protection_new" },
    gitForkProtection: true,
    automaticallyExposeSystemEnvironmentVariables: false,
    publicSource: false,
    protectedSourcemaps: true,
    directoryListing: false,
    customerSuccessCodeVisibility: false,
  };
}

/** Vercel's targets that this project deploys to. Never `development`: a developer's machine has its own `.env.local`. */
export function targets({ previews }: Pick<WebAppArgs, "previews">): ("production" | "preview")[] {
  return previews ? ["production", "preview"] : ["production"];
}

/**
 * One variable. A secret is `sensitive`: Vercel then shows it to nobody, members of the team included.
 *
 * @throws CHI-C604 for a secret that Next.js would write into the browser's files; CHI-C607, while the program runs, for a public variable whose
 *   value is marked secret
 */
export function variableInputs(
  args: Pick<WebAppArgs, "teamId" | "previews">,
  projectId: Input<string>,
  key: string,
  value: Input<string>,
  { visibility, description }: Pick<EnvironmentVariable, "visibility" | "description"> = environmentVariable(
    key as ConsumerVariable<"web">,
  ),
): ProjectEnvironmentVariableArgs {
  if (visibility === "secret" && key.startsWith("NEXT_PUBLIC_")) {
    throw new Error(
      `CHI-C604 ${key} is secret, but Next.js writes every NEXT_PUBLIC_ variable into the files that browsers load: rename it in config/environment-variables.ts`,
    );
  }
  const sensitive = visibility === "secret";
  return {
    projectId,
    teamId: args.teamId,
    key,
    value: sensitive ? value : publicValue(key, value),
    targets: targets(args),
    sensitive,
    comment: description,
  };
}

/** A plain text carries no mark. */
function publicValue(key: string, value: Input<string>): Input<string> {
  if (typeof value === "string") return value;
  return publicOnly(
    value,
    `CHI-C607 ${key} is public, but its value is a secret: give it another in stacks/environment-values.ts, or declare it secret in config/environment-variables.ts`,
  );
}

export function domainInputs(args: Pick<WebAppArgs, "teamId">, projectId: Input<string>, domain: string): ProjectDomainArgs {
  return { projectId, teamId: args.teamId, domain };
}

/**
 * Which of the app's paths are the API's: all below `/api/`, except `/api/auth`, where the app's own sign-in answers (NextAuth's fixed place).
 * Vercel asks a project's routes before the app's own, so without the exception nobody could sign in.
 */
export const apiPaths = "^/api/(?!auth(?:/|$))(.*)$";

/**
 * `https://app.chisan.app/api/health` is the API's `/health` (operations document, section 9). The browser then calls one origin only.
 *
 * Nothing is kept at Vercel's edge, whatever the API's headers say: its answers belong to one signed-in user.
 *
 * @throws CHI-C605 when the origin is not `https://<host>`
 */
export function apiRouteInputs(args: Pick<WebAppArgs, "teamId" | "apiOrigin">, projectId: Input<string>): ProjectRouteArgs {
  if (!/^https:\/\/[a-z0-9.-]+$/.test(args.apiOrigin)) {
    throw new Error(`CHI-C605 the app's /api/ cannot lead to "${args.apiOrigin}": give https:// and a host, with no path and no final "/", in stacks/`);
  }
  return {
    projectId,
    teamId: args.teamId,
    name: "api",
    description: "The API below /api/, except the app's own sign-in below /api/auth",
    enabled: true,
    srcSyntax: "regex",
    position: { placement: "start" },
    route: { src: apiPaths, dest: `${args.apiOrigin}/$1`, caseSensitive: true, respectOriginCacheControl: false },
  };
}

/** A year of production deployments, each of which a rollback can return to; of the others as long as somebody may still look. */
export function retentionInputs(args: Pick<WebAppArgs, "teamId">, projectId: Input<string>): ProjectDeploymentRetentionArgs {
  return {
    projectId,
    teamId: args.teamId,
    expirationProduction: "1y",
    expirationPreview: "1m",
    expirationErrored: "1m",
    expirationCanceled: "1w",
  };
}
