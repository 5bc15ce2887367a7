import { isIPv4 } from "node:net";
import type { EnvironmentTraits } from "../config/environment-specification";
import { hasHostBits, isNotPublic, parseCidr } from "../config/cidr";
import type { EnvironmentSlug } from "../config/naming";
import type { AuthDomain } from "../config/parity-manifest";
import { signupHookUri } from "../supabase/auth-hook";
import type { RecoveryDays } from "./supabase/pitr-provider";

/** How people sign in. */
export interface DatabaseAuth {
  /** Host of the web app: `app.chisan.app`. */
  readonly appHost: string;
  /** Other addresses that a sign-in may return to, such as those of preview deployments: `https://*-team.vercel.app/auth/callback`. */
  readonly additionalRedirects?: readonly string[];
  readonly domain: AuthDomain;
  readonly googleClientId: string;
}

/** What can be judged before anything is registered. */
export interface DatabasePlan {
  readonly slug: EnvironmentSlug;
  readonly compute: EnvironmentTraits["databaseCompute"];
  /** Null: none. */
  readonly pointInTimeRecoveryDays: RecoveryDays | null;
  /** Ranges that may reach the database besides the API's own addresses. */
  readonly operatorCidrs: readonly string[];
  readonly auth: DatabaseAuth;
}

/** @throws CHI-C601 to CHI-C604: see each message; all problems in one error, a line each */
export function checkDatabase(plan: DatabasePlan): void {
  const problems: string[] = [];
  if (plan.pointInTimeRecoveryDays !== null && plan.compute === "micro") {
    problems.push(
      `CHI-C601 point-in-time recovery of ${plan.pointInTimeRecoveryDays} days needs compute "small" or larger, found "micro": correct databaseCompute in stacks/`,
    );
  }
  for (const range of plan.operatorCidrs) {
    const problem = rangeProblem(range);
    if (problem !== undefined)
      problems.push(`CHI-C602 operatorCidrs has ${JSON.stringify(range)}, ${problem}: correct it in the stack's configuration`);
  }
  for (const address of [`https://${plan.auth.appHost}/`, ...(plan.auth.additionalRedirects ?? [])]) {
    if (!redirectPattern.test(address)) {
      problems.push(
        `CHI-C603 a sign-in would return to ${JSON.stringify(address)}: give https://<host>/<path>, where "*" may only begin the first label and something of ours follows it ("*-team"); correct stacks/`,
      );
    }
  }
  if (problems.length > 0) throw new Error(problems.join("\n"));
}

/** A `*` that covered a whole label would send sign-in codes to whoever registers a name there. A comma separates addresses in the setting. */
const redirectPattern = /^https:\/\/(?:\*-)?[a-z0-9][a-z0-9-]*(?:\.[a-z0-9][a-z0-9-]*)+\/[^\s,*]*$/;

/** The widest ranges that an operator may open: /16 and /32 are what a provider gives to one large customer. */
const widest = { 4: 16, 6: 32 } as const;

function rangeProblem(text: string): string | undefined {
  const range = parseCidr(text);
  if (!range) return "which is not a range a.b.c.d/n or x::/n";
  if (range.prefix < widest[range.version]) return `which is wider than /${widest[range.version]}`;
  if (isNotPublic(range)) return "which never comes from the Internet";
  return hasHostBits(range) ? "which has address bits after the prefix" : undefined;
}

/**
 * Who may reach PostgreSQL and its pooler: the API's fixed addresses and the operators. Supabase's own services (REST, Auth) are not
 * affected. IPv4 first and no range twice, because that is the order in which the provider reads them back.
 *
 * @throws CHI-C605 when nothing would be admitted: what the vendor makes of empty lists is not described
 */
export function networkSettings(egressAddresses: readonly string[], operatorCidrs: readonly string[]): string {
  const wrong = egressAddresses.find((address) => !isIPv4(address));
  if (wrong !== undefined)
    throw new Error(`CHI-C604 the API's fixed address is ${JSON.stringify(wrong)}: pass the IPv4 address of the NAT`);
  const ranges = [...new Set([...egressAddresses.map((address) => `${address}/32`), ...operatorCidrs])].sort();
  if (ranges.length === 0) throw new Error("CHI-C605 the database would admit no address: pass the NAT's address, or set operatorCidrs");
  const isV6 = (range: string): boolean => range.includes(":");
  return settingsText({ restrictions: [...ranges.filter((range) => !isV6(range)), ...ranges.filter(isV6)] });
}

/**
 * The schemas of the REST API. Never `auth` or `storage`, which are the vendor's, nor `private`, which is ours alone. No
 * `graphql_public`: nothing speaks GraphQL, and development does not serve it either (supabase/config.toml).
 */
export function apiSettings(): string {
  return settingsText({ db_schema: "public", db_extra_search_path: "public,extensions", max_rows: 1000 });
}

/** The vendor's own default, said here so that a change made by hand shows. `pg_dump` and `pg_restore` lift it for themselves. */
export function postgresSettings(): string {
  return settingsText({ statement_timeout: "2min" });
}

/**
 * One number and no `features`: the provider compares the setting as a whole with what the vendor answers, which holds more members.
 * The users' files are in R2; what is uploaded here by mistake stays small.
 */
export function storageSettings(): string {
  return settingsText({ fileSizeLimit: 52_428_800 });
}

/** The API connects directly; the pooler keeps to a share that leaves it room. */
export function poolerSettings(): string {
  return settingsText({ default_pool_size: 15 });
}

/**
 * Google is the only way in. Outside development the hook refuses an account of another domain; its function comes with the migrations,
 * and until they are applied it refuses every sign-up.
 */
export function authSettings(auth: DatabaseAuth, googleClientSecret: string): string {
  const site = `https://${auth.appHost}`;
  const companyOnly = auth.domain === "company only";
  return settingsText({
    site_url: site,
    uri_allow_list: [`${site}/auth/callback`, ...(auth.additionalRedirects ?? [])].join(","),
    disable_signup: false,
    external_google_enabled: true,
    external_google_client_id: auth.googleClientId,
    external_google_secret: googleClientSecret,
    external_google_skip_nonce_check: false,
    external_email_enabled: false,
    external_phone_enabled: false,
    external_anonymous_users_enabled: false,
    security_manual_linking_enabled: false,
    hook_before_user_created_enabled: companyOnly,
    ...(companyOnly ? { hook_before_user_created_uri: signupHookUri } : {}),
    jwt_exp: 3600,
    refresh_token_rotation_enabled: true,
    security_refresh_token_reuse_interval: 10,
  });
}

/** JSON with the members in the order of their names, so that the text does not change with the order in which they are written. */
function settingsText(settings: Readonly<Record<string, boolean | number | string | readonly string[]>>): string {
  return JSON.stringify(Object.fromEntries(Object.entries(settings).sort(([a], [b]) => (a < b ? -1 : 1))));
}
