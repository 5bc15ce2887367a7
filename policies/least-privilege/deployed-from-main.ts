import { independently, resourcePolicy } from "../framework/policy";
import { hasRealData } from "./reading/environments";
import { record, shown } from "./reading/properties";

export const deployedFromMain = resourcePolicy({
  id: "deployed-from-main",
  title: "Production is deployed from this organisation's repository, and from its main branch alone",
  severity: "critical",
  section: "1.4",
  why: "whoever can push to the branch or the repository that is named here puts code into production without a review",
  remediation: 'restore webBranch: "main" of stacks/prod.ts; for another repository change the default in policies/least-privilege/deployed-from-main.ts and chisan:githubRepository together',
  types: ["vercel:index/project:Project"],
  configuration: {
    repository: { type: "string", description: "The repository of the web app, as owner/name", default: "chisan/platform" },
  },
  check: ({ props }, report, { stack, configuration }) => {
    const given = props["gitRepository"];
    // Without one, nothing is deployed by a push; `promote` deploys.
    if (given === undefined || given === null) return;
    const repository = record(given);
    independently(
      () => {
        if (repository["repo"] !== configuration["repository"])
          report(`gitRepository.repo is ${shown(repository["repo"])}; allowed: ${shown(configuration["repository"])}`);
      },
      () => {
        if (hasRealData(stack) && repository["productionBranch"] !== "main")
          report(`gitRepository.productionBranch is ${shown(repository["productionBranch"])}; allowed: "main", as Vercel's default may change`);
      },
    );
  },
});
