import { settingsOf } from "../environment-parity/supabase-settings";
import { independently, stackPolicy, type StackResource } from "../framework/policy";
import { eachKnown, record, text } from "./reading/properties";

const settingsType = "supabase:index/settings:Settings";
const domainType = "vercel:index/projectDomain:ProjectDomain";
const corsType = "cloudflare:index/r2BucketCors:R2BucketCors";

export const signInReturnsHome = stackPolicy({
  id: "sign-in-returns-home",
  title: "A sign-in is by Google alone, and returns to the web app's own address",
  severity: "critical",
  section: "1.3",
  why: "whoever owns another address to return to, or an account of another provider, has the session of the person who signed in",
  remediation: "restore authSettings() of components/database-settings.ts, and pass the web app's host as auth.appHost",
  check: (resources, report, { stack }) => {
    const settings = resources.filter(({ type }) => type === settingsType);
    if (settings.length === 0) return;
    const hosts = appHosts(resources);
    independently(
      ...settings.map((resource) => () => {
        const auth = settingsOf(resource.props["auth"]);
        // Settings without auth are for `auth-domain`.
        for (const problem of auth === undefined ? [] : problemsOf(auth, hosts))
          report(`${problem}; allowed in ${stack}: ${hosts.join(", ") || "an address that the stack declares, and it declares none"}`, resource);
      }),
    );
  },
});

/** The domain of the web app's project. Until cut-over chisan-dr has none: then the origin whose pages may load files. */
function appHosts(resources: readonly StackResource[]): string[] {
  const declared = resources.filter(({ type }) => type === domainType).map(({ props }) => text(props["domain"]) ?? "");
  if (declared.length > 0) return declared;
  const origins = new Set<string>();
  for (const { props } of resources.filter(({ type }) => type === corsType)) {
    eachKnown(props["rules"], (rule) =>
      eachKnown(record(record(rule)["allowed"])["origins"], (value) => {
        const origin = text(value) ?? "";
        if (URL.canParse(origin)) origins.add(new URL(origin).host);
      }),
    );
  }
  return [...origins];
}

/** In words without the values: the settings are secret as a whole. */
function problemsOf(auth: Readonly<Record<string, unknown>>, hosts: readonly string[]): string[] {
  const problems: string[] = [];
  if (!isAtHome(text(auth["site_url"]) ?? "", hosts)) problems.push("auth: site_url is no https address of the web app");
  const list = text(auth["uri_allow_list"]) ?? "";
  for (const [at, address] of list.split(",").entries()) {
    if (!isAtHome(address.trim(), hosts)) problems.push(`auth: address ${at + 1} of uri_allow_list is no https address of the web app`);
  }
  for (const [name, value] of Object.entries(auth)) {
    // What a vendor answers has null for what was never set.
    if (/^external_.+_enabled$/.test(name) && name !== "external_google_enabled" && value !== false && value !== null)
      problems.push(`auth: ${name} is not false, and Google is the only provider`);
  }
  return problems;
}

/** Read as a text as well: in what Supabase matches as a pattern, "*" could stand for the end of the host. */
function isAtHome(address: string, hosts: readonly string[]): boolean {
  return hosts.some((host) => host !== "" && (address === `https://${host}` || (address.startsWith(`https://${host}/`) && !/[*?[\]{}\\\s]/.test(address))));
}
