import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { LocalEnvironment } from "../components/local-environment";
import type { EnvironmentSpecification } from "../config/environment-specification";
import type { StackConfiguration } from "../config/stack-configuration";

/**
 * A developer's machine: `.env.local` and local Supabase, no cloud.
 *
 * @returns the stack's outputs
 */
export function declareLocalEnvironment(specification: EnvironmentSpecification, configuration: StackConfiguration<"dev">) {
  const local = new LocalEnvironment("local", {
    apiUrl: `http://${specification.apiHost}`,
    googleClientId: configuration.googleClientId,
    googleClientSecret: pulumi.secret(configuration.googleClientSecret.reveal()),
    supabaseConfiguration: readFileSync(join(__dirname, "..", "supabase", "config.toml"), "utf8"),
    generations: configuration.secretGenerations,
    // Tests write elsewhere than where a developer's own file is.
    path: process.env["CHISAN_ENV_LOCAL"],
  });
  return {
    addresses: { app: `http://${specification.appHost}`, api: `http://${specification.apiHost}` },
    envFile: local.envFile,
  };
}
