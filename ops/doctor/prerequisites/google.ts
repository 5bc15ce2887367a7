import { done, judged, open, provenBy, unreadable, type Prerequisite } from "../prerequisite";

export const google: readonly Prerequisite[] = [
  {
    id: "google-billing-linked",
    system: "Google Cloud",
    title: "Create the environment's project and link it to the billing account",
    why: "Google enables no paid API in a project without billing; the program works in a project, it does not make one",
    how: "console.cloud.google.com → IAM & Admin → Create a project; then Billing → Account management → My projects → ⋮ → Change billing; pulumi config set chisan:gcpProject and chisan:billingAccount",
    read: "`chisan:gcpProject` and `chisan:billingAccount` are set; a Cloud Run service in the state proves the link",
    check(facts) {
      const missing = (["gcpProject", "billingAccount"] as const).filter((key) => !facts.isSet(key));
      if (missing.length > 0) return open(`not set: ${missing.map((key) => `chisan:${key}`).join(", ")}`);
      return provenBy(facts, /^gcp:cloudrunv2\/service:Service$/, "Cloud Run serves in the project, which it does not without billing");
    },
  },
  {
    id: "google-first-up",
    system: "Google Cloud",
    title: "Run the first `up` as a person who owns the project",
    why: "section 8.3: the deployer has no key; it exists only once somebody has declared it, and cannot give itself its roles",
    how: "gcloud auth application-default login as an owner of the project who also has Billing Account Costs Manager (roles/billing.costsManager) on the billing account, where the budget is made: console → Billing → the account → Account management → Add principal; then npx chisan up <stack> --cloud; afterwards remove both roles from the person",
    read: "a workload identity provider in the state",
    check: (facts) =>
      judged(facts.resources, (all) =>
        all.some(({ type }) => type === "gcp:iam/workloadIdentityPoolProvider:WorkloadIdentityPoolProvider")
          ? done("the deployer's identity exists")
          : open("the stack's state has no deployer yet"),
      ),
  },
  {
    id: "google-billing-grant",
    system: "Google Cloud",
    title: "Let the deployer manage the budget on the billing account",
    why: "the budget alert is kept on the billing account, which no role of a project reaches",
    how: "console → Billing → the account → Account management → Add principal: the deployer's account (IAM → Service accounts, …-deploy@…), role Billing Account Costs Manager (roles/billing.costsManager)",
    read: "cannot be read: the grant is on the billing account, whose members the project's roles do not show",
    check: () => unreadable("the billing account's members are not visible to the environment's project"),
  },
  {
    id: "google-domain-restriction",
    system: "Google Cloud",
    title: "Let the organization's sharing policy admit the groups that get roles",
    why: "section 8.3: new organizations allow grants to their own domain only; a grant to a group of another domain fails in `up`",
    how: "console → IAM & Admin → Organization policies → Domain restricted sharing (constraints/iam.allowedPolicyMemberDomains): the company's customer id is in the list; grants to allUsers are not needed",
    read: "cannot be read with a project's roles; a grant to a group in the state proves it",
    check: (facts) =>
      provenBy(facts, /^gcp:projects\/iAMMember:IAMMember$/, "a group has a role in the project", ({ outputs }) => String(outputs?.["member"]).startsWith("group:")),
  },
  {
    id: "google-oauth-client",
    system: "Google Cloud",
    title: "Create the OAuth client of Google sign-in",
    why: "section 1.3: people sign in with Google accounts of the company; Google has no API that makes an OAuth client of this kind",
    how: "console → Google Auth Platform → Clients → Create client → Web application; redirect URI https://<project ref>.supabase.co/auth/v1/callback; then chisan:googleClientId and chisan:googleClientSecret --secret",
    read: "both keys are set; whether the redirect URI is right, the first sign-in tells",
    check(facts) {
      const missing = (["googleClientId", "googleClientSecret"] as const).filter((key) => !facts.isSet(key));
      return missing.length === 0 ? done("client id and secret are configured") : open(`not set: ${missing.map((key) => `chisan:${key}`).join(", ")}`);
    },
  },
  {
    id: "google-consent-screen",
    system: "Google Cloud",
    title: "Set the consent screen to Internal",
    why: "section 1.3, company only: an external consent screen lets any Google account start a sign-in (the sign-up hook still refuses it)",
    how: "console → Google Auth Platform → Audience → User type: Internal; Branding: the app's name and the support address",
    read: "cannot be read",
    check: () => unreadable("Google's API does not tell a consent screen's audience"),
  },
];
