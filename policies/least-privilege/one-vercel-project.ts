import { independently, stackPolicy, type StackResource } from "../framework/policy";
import { shown, text } from "./reading/properties";

export const oneVercelProject = stackPolicy({
  id: "one-vercel-project",
  title: "All that a stack declares at Vercel belongs to one project, its own",
  severity: "high",
  section: "8.3",
  why: "a member, a variable or a route of another project's id is access to another environment",
  remediation: "pass the id of this stack's own vercel.Project (components/web-app.ts)",
  check: (resources, report) => {
    const byProject = new Map<string, StackResource[]>();
    independently(
      ...resources
        .filter(({ type }) => type.startsWith("vercel:"))
        .map((resource) => () => {
          const project = text(resource.props["projectId"]);
          if (project !== undefined) byProject.set(project, [...(byProject.get(project) ?? []), resource]);
        }),
    );
    const [own, ...others] = [...byProject].sort(([, one], [, other]) => other.length - one.length);
    for (const [project, foreign] of others)
      for (const resource of foreign) report(`${resource.name} is of the project ${shown(project)}; allowed: ${shown(own?.[0])}, as all others here`, resource);
  },
});
