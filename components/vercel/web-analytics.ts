import type * as pulumi from "@pulumi/pulumi";
import { DynamicResource } from "../dynamic/dynamic-resource";

export interface WebAnalyticsResourceArgs {
  readonly projectId: pulumi.Input<string>;
  readonly teamId: pulumi.Input<string>;
}

/**
 * Web Analytics of a Vercel project, switched on: `web-analytics-provider.ts`.
 *
 * It is the platform's half only. Visits are counted once the app itself has the package `@vercel/analytics` with its `<Analytics />`
 * component in the root layout, and from the next deployment on, which is when the routes below `/_vercel/insights/` come into being
 * (https://vercel.com/docs/analytics/quickstart).
 */
export class WebAnalytics extends DynamicResource {
  declare public readonly projectId: pulumi.Output<string>;
  declare public readonly teamId: pulumi.Output<string>;

  public constructor(name: string, args: WebAnalyticsResourceArgs, options?: pulumi.CustomResourceOptions) {
    super({ kind: "WebAnalytics", module: "components/vercel/web-analytics-provider.ts" }, name, { ...args }, options);
  }
}
