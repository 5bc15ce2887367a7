import { independently, resourcePolicy } from "../framework/policy";
import { hasPersonalData } from "./reading/environments";
import { record, shown, text } from "./reading/properties";

const issuer = "https://token.actions.githubusercontent.com";
const deployment = "assertion.repository_id + ':' + assertion.environment";

export const federationPinned = resourcePolicy({
  id: "federation-pinned",
  title: "Deployments federate from one repository and one environment, by number",
  severity: "critical",
  section: "2.5",
  why: "GitHub has one issuer for all repositories of the world: the condition is all that keeps the others out",
  remediation: "restore attributeCondition and attributeMapping of components/deploy-identity-inputs.ts",
  types: ["gcp:iam/workloadIdentityPoolProvider:WorkloadIdentityPoolProvider"],
  check: ({ props }, report, { stack }) => {
    independently(
      () => {
        const found = record(props["oidc"])["issuerUri"];
        if (found !== issuer) report(`oidc.issuerUri is ${shown(found)}; allowed: "${issuer}"`);
      },
      () => {
        const audiences = record(props["oidc"])["allowedAudiences"];
        if (audiences !== undefined)
          report(`oidc.allowedAudiences is ${shown(audiences)}; allowed: nothing, so that a token is made for this provider alone`);
      },
      () => {
        for (const other of ["aws", "saml", "x509"])
          if (props[other] !== undefined) report(`the provider trusts ${other} too; allowed: oidc alone`);
      },
      () => {
        const found = record(props["attributeMapping"])["attribute.deployment"];
        if (found !== deployment) report(`attribute.deployment is mapped from ${shown(found)}; allowed: "${deployment}"`);
      },
      () => checkCondition(text(props["attributeCondition"]) ?? "", stack, report),
    );
  },
});

function checkCondition(condition: string, stack: string, report: (message: string) => void): void {
  // With an "or", what the other half asks is not asked.
  if (condition.includes("||") || condition.includes("?"))
    report(`attributeCondition has an alternative ("||" or "?"); allowed: "&&" alone`);
  const terms = condition.split("&&").map((term) => term.trim());
  const required: [string, RegExp][] = [
    ["assertion.repository_id == '<number>'", /^assertion\.repository_id == '[1-9]\d*'$/],
    ["assertion.repository_owner_id == '<number>'", /^assertion\.repository_owner_id == '[1-9]\d*'$/],
    [`assertion.environment == '${stack}'`, new RegExp(`^assertion\\.environment == '${stack}'$`)],
    [
      "assertion.event_name in ['push', 'workflow_dispatch']",
      /^assertion\.event_name in \['(?:push|workflow_dispatch)'(?:, '(?:push|workflow_dispatch)')*\]$/,
    ],
    ["assertion.job_workflow_ref.endsWith('@' + assertion.ref)", /^assertion\.job_workflow_ref\.endsWith\('@' \+ assertion\.ref\)$/],
    [
      "assertion.job_workflow_ref.startsWith(assertion.repository + '/.github/workflows/')",
      /^assertion\.job_workflow_ref\.startsWith\(assertion\.repository \+ '\/\.github\/workflows\/'\)$/,
    ],
    ...(hasPersonalData(stack)
      ? ([
          ["assertion.ref == 'refs/heads/main'", /^assertion\.ref == 'refs\/heads\/main'$/],
          ["assertion.ref_protected == 'true'", /^assertion\.ref_protected == 'true'$/],
        ] satisfies [string, RegExp][])
      : []),
  ];
  for (const [wanted, pattern] of required) {
    if (terms.some((term) => pattern.test(term))) continue;
    const claim = /assertion\.\w+/.exec(wanted)?.[0] ?? wanted;
    const found = terms.filter(
      (term) =>
        term.startsWith(claim) && !/^\w/.test(term.slice(claim.length)) && (/ == | in /.test(term) || claim.includes("job_workflow_ref")),
    );
    report(`attributeCondition says ${found.length === 0 ? "nothing" : shown(found.join(" && "))} of ${claim}; allowed: ${wanted}`);
  }
}
