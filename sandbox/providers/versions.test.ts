import { pluginVersions } from "./versions";
import { Schema } from "./schema";

/** The engine asks for exactly the version that a program's SDK names. */
test.each([
  ["gcp", "@pulumi/gcp"],
  ["cloudflare", "@pulumi/cloudflare"],
  ["random", "@pulumi/random"],
  ["checkly", "@checkly/pulumi"],
  ["sentry", "@pulumiverse/sentry"],
] as const)("the plugin %s has the version of the installed %s", (plugin, sdk) => {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- a manifest, by a name that is data
  const { version } = require(`${sdk}/package.json`) as { version: string };
  expect(pluginVersions[plugin]).toBe(version.replace(/^v/, ""));
  expect(Schema.of(plugin).resourceTokens().length).toBeGreaterThan(0);
});
