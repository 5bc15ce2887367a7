import { done, judged, open, unreadable, type Prerequisite } from "../prerequisite";

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
  {
    id: "github-secrets",
    system: "GitHub",
    title: "Give the deployment environment the vendors' tokens",
    why: "section 2.5: a job gets its rights at Google by its identity; Cloudflare, Vercel and Supabase know tokens only, and each environment has its own",
    how: "github.com → the repository → Settings → Environments → <stack> → Environment secrets (not the repository's, which any branch could use): CLOUDFLARE_API_TOKEN, VERCEL_API_TOKEN, SUPABASE_ACCESS_TOKEN with the rights of docs/real-cloud.md, step 2; with Pulumi Cloud PULUMI_ACCESS_TOKEN too",
    read: "cannot be read: the names of an environment's secrets are for administrators, their values for nobody",
    check: () => unreadable("the names of an environment's secrets are for administrators: gh secret list --env shows them"),
  },
];
