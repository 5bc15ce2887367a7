import { independently, stackPolicy, type StackResource } from "../framework/policy";
import { eachMember, grantTypes, projectGrants, secretGrants } from "./reading/grants";
import { shown, text } from "./reading/properties";

const secretType = "gcp:secretmanager/secret:Secret";
/** What every stack has, each with its project: what they say is the stack's own, and a grant does not decide it. */
const anchors = ["gcp:serviceaccount/account:Account", secretType];

/** Grants that name a project beside what they are on; without one it is the provider's, which no policy sees. */
const withProject: readonly string[] = [
  ...projectGrants,
  ...secretGrants,
  "gcp:artifactregistry/repositoryIamMember:RepositoryIamMember",
  "gcp:cloudrunv2/serviceIamMember:ServiceIamMember",
  "gcp:cloudrunv2/serviceIamBinding:ServiceIamBinding",
  "gcp:cloudrunv2/jobIamMember:JobIamMember",
];

type Tell = (message: string, resource?: StackResource) => void;

export const grantsOfOwnProject = stackPolicy({
  id: "grants-of-own-project",
  title: "A grant is on this stack's own project and secrets, and to no service account of another project",
  severity: "critical",
  section: "2.5",
  why: "an account of another project answers to whoever administers that project, and a grant there opens another environment",
  remediation: "pass the stack's gcpProject and its own accounts' e-mail addresses to the components (stacks/cloud-environment.ts)",
  check: (resources, report) => {
    const grants = resources.filter(({ type }) => grantTypes.includes(type));
    const [first] = grants;
    if (first === undefined) return;
    const projects = new Set(resources.filter(({ type }) => anchors.includes(type)).map(({ props }) => text(props["project"]) ?? ""));
    const [own] = projects;
    if (own === undefined || own === "" || projects.size > 1) {
      report(`the stack's accounts and secrets are in ${[...projects].map(shown).join(", ") || "no project"}; allowed: one project`, first);
      return;
    }
    independently(
      ...grants.flatMap((grant) => [() => checkMember(grant, own, report), () => checkPlace(grant, own, report)]),
      () => checkSecrets(resources, grants, own, report),
    );
  },
});

/** Google's own agents (`service-…@gcp-sa-….iam.gserviceaccount.com`, `…@developer.gserviceaccount.com`) are not of our projects either. */
function checkMember(grant: StackResource, own: string, report: Tell): void {
  const domain = `@${own}.iam.gserviceaccount.com`;
  eachMember(grant, (member) => {
    // Who else may be a member is for `federated-member-pinned`, `people-by-access-table` and `no-public-member`.
    if (!/^(?:deleted:)?serviceaccount:/i.test(member)) return;
    if (!member.startsWith("serviceAccount:") || !member.endsWith(domain) || member.split("@").length !== 2)
      report(`the member is ${shown(member)}; allowed: serviceAccount:…${domain}`, grant);
  });
}

function checkPlace(grant: StackResource, own: string, report: Tell): void {
  independently(
    () => {
      const project = grant.props["project"];
      if (project === undefined ? withProject.includes(grant.type) : project !== own)
        report(`the grant is on project ${shown(project)}; allowed: ${own}`, grant);
    },
    () => {
      const account = text(grant.props["serviceAccountId"]);
      if (account !== undefined && !account.startsWith(`projects/${own}/serviceAccounts/`))
        report(`the grant is on ${shown(account)}; allowed: projects/${own}/serviceAccounts/…`, grant);
    },
  );
}

function checkSecrets(resources: readonly StackResource[], grants: readonly StackResource[], own: string, report: Tell): void {
  const ids = new Set(resources.filter(({ type }) => type === secretType).map(({ props }) => text(props["secretId"])));
  independently(
    ...grants
      .filter(({ type }) => (secretGrants as readonly string[]).includes(type))
      .map((grant) => () => {
        const id = text(grant.props["secretId"]);
        // The short name and the full one are the same to Google.
        const name = id?.startsWith(`projects/${own}/secrets/`) ? id.slice(`projects/${own}/secrets/`.length) : id;
        if (name === undefined || !ids.has(name)) report(`the grant is on secret ${shown(id)}; allowed: a secret that this stack declares`, grant);
      }),
  );
}
