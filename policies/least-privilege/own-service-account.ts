import { resourcePolicy } from "../framework/policy";
import { taskTemplate, workloadTypes } from "./reading/containers";
import { record, shown, text } from "./reading/properties";

/** Accounts that Google makes for a project, with rights on all of it: Compute Engine's, App Engine's, and its own agents. */
const vendorsOwn =
  /@developer\.gserviceaccount\.com$|@appspot\.gserviceaccount\.com$|@cloudservices\.gserviceaccount\.com$|@gcp-sa-|@gcf-admin-/;
/** An account of a project's own: its id, its project. */
const own = /^[a-z][a-z0-9-]{4,28}[a-z0-9]@[a-z][a-z0-9.:-]+\.iam\.gserviceaccount\.com$/;

const scheduler = "gcp:cloudscheduler/job:Job";

export const ownServiceAccount = resourcePolicy({
  id: "own-service-account",
  title: "Every workload and every schedule runs as a service account of its own, never as the project's default",
  severity: "critical",
  section: "2.5",
  why: "without one, Google takes the default account, which may change everything in the project",
  remediation: "give the workload a RuntimeIdentity and pass its email as serviceAccount",
  types: [...workloadTypes, scheduler],
  check: (resource, report) => {
    const account =
      resource.type === scheduler
        ? callersAccount(resource.props)
        : { of: "serviceAccount", email: taskTemplate(resource)["serviceAccount"] };
    if (account === undefined) return;
    const email = text(account.email) ?? "";
    if (!own.test(email) || vendorsOwn.test(email)) {
      report(`${account.of} is ${shown(account.email)}; allowed: <workload>@<project>.iam.gserviceaccount.com, and not Google's own`);
    }
  },
});

/** What a schedule calls with; nothing for one that only publishes a message. */
function callersAccount(props: Readonly<Record<string, unknown>>): { of: string; email: unknown } | undefined {
  if (props["httpTarget"] === undefined) return undefined;
  const target = record(props["httpTarget"]);
  const token = target["oauthToken"] === undefined ? "oidcToken" : "oauthToken";
  return { of: `httpTarget.${token}.serviceAccountEmail`, email: record(target[token])["serviceAccountEmail"] };
}
