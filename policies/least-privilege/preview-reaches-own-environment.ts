import { independently, stackPolicy, type StackResource } from "../framework/policy";
import { type Foreign, hostOf, namesOfOthers } from "./reading/foreign-names";
import { eachKnown, list, record, text } from "./reading/properties";
import { eachVariable, nameOf, variableTypes } from "./reading/vercel-variables";

/**
 * What a preview is given leads to the preview's own environment. Two halves: no value names another environment (its hosts, buckets, or anything
 * of its that is named after it), and every address among the values is one that this stack declares. That a *secret* of prod is not in staging is
 * for `secrets-made-here`.
 */
export const previewReachesOwnEnvironment = stackPolicy({
  id: "preview-reaches-own-environment",
  title: "What a preview is given leads to nothing of another environment",
  severity: "critical",
  section: "1.4",
  why: "a pull request's code is not reviewed yet; whatever address or account it is handed, it can use",
  remediation: "take the value from this stack's own components (stacks/environment-values.ts)",
  check: (resources, report, { stack }) => {
    const foreign = namesOfOthers(stack);
    const own = new Set<string>();
    let complete = false;
    const collect = () => {
      independently(...resources.map((resource) => () => ownHosts(resource).forEach((host) => own.add(host))));
      complete = true;
    };
    // While one of the hosts is not known, any address could be it: then only what names another environment is wrong.
    const isOwn: IsOwn = (host) => !complete || own.has(host);
    const variables = resources
      .filter(({ type }) => variableTypes.includes(type))
      .map(
        (resource) => () =>
          eachVariable(resource, (variable) => {
            const isPreviewed = list(variable["targets"]).includes("preview") || list(variable["customEnvironmentIds"]).length > 0;
            if (!isPreviewed) return;
            checkValue(nameOf(variable), text(variable["value"]) ?? "", foreign, ownOrIntake(isOwn, resource), (message) =>
              report(message, resource),
            );
          }),
      );
    const routes = resources
      .filter(({ type }) => type === "vercel:index/projectRoute:ProjectRoute")
      .map((resource) => () => {
        const destination = text(record(resource.props["route"])["dest"]) ?? "";
        if (destination !== "") checkValue("route.dest", destination, foreign, isOwn, (message) => report(message, resource));
      });
    independently(collect, ...variables, ...routes);
  },
});

type IsOwn = (host: string) => boolean;

/**
 * Beside the stack's own hosts, Sentry's: a key's address is the vendor's for all projects, takes errors and gives nothing back. It counts where the
 * variable comes from a key of this stack.
 */
function ownOrIntake(isOwn: IsOwn, { dependencies }: StackResource): IsOwn {
  const fromKey = dependencies.some(({ type }) => type === "sentry:index/sentryKey:SentryKey");
  return (host) => isOwn(host) || (fromKey && /\.ingest(?:\.[a-z]+)?\.sentry\.io$/.test(host));
}

/** Never the value: it may be a secret. */
function checkValue(name: string, value: string, foreign: readonly Foreign[], isOwn: IsOwn, report: (message: string) => void): void {
  const other = foreign.find(({ pattern }) => pattern.test(value));
  if (other !== undefined) return report(`${name} names ${other.text}, of ${other.stack}; allowed: this stack's own`);
  const host = hostOf(value);
  if (host !== undefined && !isOwn(host))
    report(`${name} is an address that this stack does not declare; allowed: hosts of its certificates, its web domain, its database`);
}

/** Hosts that a resource of this stack answers for. */
function ownHosts({ type, props }: StackResource): string[] {
  const hosts: string[] = [];
  const add = (value: unknown, suffix = ""): void => {
    const host = text(value);
    if (host !== undefined) hosts.push(`${host}${suffix}`.toLowerCase());
  };
  if (type === "gcp:certificatemanager/certificateMapEntry:CertificateMapEntry") add(props["hostname"]);
  if (type === "gcp:certificatemanager/certificate:Certificate") eachKnown(record(props["managed"])["domains"], (domain) => add(domain));
  if (type === "vercel:index/projectDomain:ProjectDomain") add(props["domain"]);
  if (type === "supabase:index/settings:Settings") add(props["projectRef"], ".supabase.co");
  return hosts;
}
