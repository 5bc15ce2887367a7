import { done, judged, open, type Prerequisite } from "../prerequisite";

/** What DeployIdentity trusts GitHub for (components/deploy-identity-inputs.ts). */
export const github: readonly Prerequisite[] = [
  {
    id: "github-environment",
    system: "GitHub",
    title: "Make the deployment environment, with its branch policy and, for prod, its reviewers",
    why: "sections 1.4 and 8.3: Google trusts a job that GitHub says runs in this environment; who gets there is decided by these rules alone",
    how: "github.com → the repository → Settings → Environments → New environment, named as the stack; Deployment branches: Selected branches (prod: main only); prod and chisan-dr: Required reviewers, and no bypass by administrators",
    read: "GitHub's API on the environment, with GH_TOKEN or GITHUB_TOKEN (a fine-grained token with read access to Actions and Environments)",
    check(facts) {
      const repository = facts.setting("githubRepository");
      if (typeof repository !== "string") return open("not set: chisan:githubRepository");
      return judged(facts.githubEnvironment(repository, facts.stack), ({ exists, restrictsBranches, rules }) => {
        if (!exists) return open(`${repository} has no environment "${facts.stack}"`);
        const missing = [
          ...(restrictsBranches ? [] : ["a branch policy: any branch may deploy"]),
          ...(facts.stack === "staging" || rules.includes("required_reviewers") ? [] : ["required reviewers"]),
        ];
        return missing.length === 0 ? done(`"${facts.stack}" has ${rules.join(", ")}`) : open(`"${facts.stack}" lacks ${missing.join(" and ")}`);
      });
    },
  },
  {
    id: "github-numbers",
    system: "GitHub",
    title: "Tell the repository's and its owner's numbers",
    why: "section 8.3: the deployer is pinned to numbers, because a name can pass to another repository",
    how: "gh api repos/<owner>/<name> --jq '.id, .owner.id' → chisan:githubRepositoryId, chisan:githubOwnerId",
    read: "both keys are set",
    check(facts) {
      const missing = (["githubRepositoryId", "githubOwnerId"] as const).filter((key) => !facts.isSet(key));
      return missing.length === 0 ? done("both numbers are configured") : open(`not set: ${missing.map((key) => `chisan:${key}`).join(", ")}`);
    },
  },
];
