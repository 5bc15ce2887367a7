import { open, provenBy, unreadable, type Prerequisite } from "../prerequisite";

export const vercel: readonly Prerequisite[] = [
  {
    id: "vercel-plan",
    system: "Vercel",
    title: "Put the team on a plan that has what is used",
    why: "section 8.3 (access groups) and 1.4 (protected previews): the Hobby plan has no team; access groups need Enterprise, or leave `vercelMembers` empty and use project members (Pro)",
    how: "vercel.com → the team → Settings → Billing → Plan; the team's id (Settings → General) → chisan:vercelTeamId",
    read: "`chisan:vercelTeamId` is set; the plan itself cannot be read with the provider's calls",
    check: (facts) => (facts.isSet("vercelTeamId") ? unreadable("the team is named; what its plan includes shows at the first `up`") : open("not set: chisan:vercelTeamId")),
  },
  {
    id: "vercel-github-app",
    system: "Vercel",
    title: "Install Vercel's GitHub app on the repository",
    why: "section 1.4: pull requests get previews; Vercel links a project to a repository only where its app is installed",
    how: "github.com/apps/vercel → Install → the organization → Only select repositories: the one of chisan:githubRepository",
    read: "a Vercel project in the state that is linked to a repository proves it",
    check: (facts) =>
      provenBy(facts, /^vercel:index\/project:Project$/, "Vercel linked the project to the repository", ({ outputs }) => {
        const link = outputs?.["gitRepository"];
        return typeof link === "object" && link !== null;
      }),
  },
  {
    id: "vercel-analytics",
    system: "Vercel",
    title: "Let the web app send its visits",
    why: "section 6.1: real-user monitoring; `up` switches Web Analytics on, and it counts what the app itself sends",
    how: "in the web app: npm install @vercel/analytics, <Analytics /> in its layout, deploy",
    read: "cannot be read",
    check: () => unreadable("what the app sends is in its own repository"),
  },
];
