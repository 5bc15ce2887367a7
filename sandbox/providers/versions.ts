/** The provider plugins that the sandbox stands in for, with the version each one pretends to have. */
export const pluginVersions = {
  gcp: "9.37.0",
  cloudflare: "6.22.1",
  random: "4.21.2",
  "terraform-provider": "1.4.0",
  checkly: "1.0.0",
  sentry: "0.0.9",
} as const;
export type PluginName = keyof typeof pluginVersions;
export const pluginNames = Object.keys(pluginVersions) as PluginName[];
