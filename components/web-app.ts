import * as pulumi from "@pulumi/pulumi";
import { Project } from "@pulumi/vercel/bin/project";
import { ProjectDeploymentRetention } from "@pulumi/vercel/bin/projectDeploymentRetention";
import { ProjectDomain } from "@pulumi/vercel/bin/projectDomain";
import { ProjectEnvironmentVariable } from "@pulumi/vercel/bin/projectEnvironmentVariable";
import { ProjectRoute } from "@pulumi/vercel/bin/projectRoute";
import { resolveVariables } from "../config/resolve-variables";
import { ChisanComponent } from "./component";
import { secretSlug } from "./secret-store-inputs";
import { WebAnalytics } from "./vercel/web-analytics";
import { type WebAppArgs, apiRouteInputs, checkWebApp, domainInputs, projectInputs, retentionInputs, variableInputs } from "./web-app-inputs";

/**
 * The Next.js app on Vercel: one project per environment (docs/adr/0004-a-web-project-per-environment.md).
 *
 * Web Analytics is on; it counts visits only if the app itself has the package `@vercel/analytics` (`<Analytics />` in its root layout).
 */
export class WebApp extends ChisanComponent {
  public readonly projectId: pulumi.Output<string>;
  public readonly projectName: pulumi.Output<string>;

  public constructor(name: string, args: WebAppArgs, options?: pulumi.ComponentResourceOptions) {
    super("WebApp", name, options);
    checkWebApp(args);
    // Names what is missing before anything is registered.
    const variables = resolveVariables<"web", pulumi.Input<string>>("web", args.variables);
    const project = new Project(`${name}-project`, projectInputs(args), this.child({ protect: args.protect }));
    for (const [key, value] of Object.entries(variables)) {
      new ProjectEnvironmentVariable(`${name}-${secretSlug(key)}`, variableInputs(args, project.id, key, value), this.child());
    }
    if (args.domain !== null) new ProjectDomain(`${name}-domain`, domainInputs(args, project.id, args.domain), this.child());
    new ProjectRoute(`${name}-api`, apiRouteInputs(args, project.id), this.child());
    new ProjectDeploymentRetention(`${name}-retention`, retentionInputs(args, project.id), this.child());
    new WebAnalytics(`${name}-analytics`, { projectId: project.id, teamId: args.teamId }, this.child());
    this.projectId = project.id;
    this.projectName = project.name;
    this.registerOutputs({ projectId: this.projectId });
  }
}
