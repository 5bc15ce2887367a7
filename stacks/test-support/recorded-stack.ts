import "../../ops/declared/test-support/plain-stack-traces";
import { cloudflareMocks } from "../../components/test-support/cloudflare";
import { type RecordedResource, recordResources } from "../../components/test-support/mocks";
import { sandboxConfiguration } from "../../config/sandbox-values";
import { type StackConfiguration, stackConfiguration } from "../../config/stack-configuration";
import type { CloudStack } from "../../config/stack-configuration-keys";
import { declareCloudEnvironment } from "../cloud-environment";
import { specifications } from "../specifications";

/** The configuration that a rehearsal of the stack has when nothing is committed. */
export function rehearsedConfiguration(stack: CloudStack) {
  const values = sandboxConfiguration(stack, { "chisan:zone": "chisan.app", "chisan:companyDomain": "chisanpaper.com" }, "test seed");
  return stackConfiguration(stack, {
    values: Object.fromEntries(Object.entries(values).map(([key, { value }]) => [key, value])),
    secretKeys: new Set(Object.entries(values).filter(([, { secret }]) => secret).map(([key]) => key)),
  });
}

/** Everything that a whole stack registers, on mocks; `change` is laid over its configuration. */
export function recordStack(stack: CloudStack, change: Partial<StackConfiguration<CloudStack>> = {}): Promise<RecordedResource[]> {
  const configuration = { ...rehearsedConfiguration(stack), ...change } as StackConfiguration<CloudStack>;
  return recordResources(() => declareCloudEnvironment(specifications[stack], configuration), {
    stack,
    ...cloudflareMocks,
    calls: {
      ...cloudflareMocks.calls,
      "sentry:index/getSentryOrganizationIntegration:getSentryOrganizationIntegration": () => ({ internalId: "4711" }),
      "gcp:organizations/getProject:getProject": () => ({ number: "123456789012" }),
      "supabase:index/getApikeys:getApikeys": () => ({ anonKey: `anon-key-of-${stack}`, serviceRoleKey: `service-role-key-of-${stack}` }),
    },
    outputs: (resource) => ({
      ...cloudflareMocks.outputs?.(resource),
      ...(resource.type.endsWith(":PostgresVersion") ? { version: "15.8.1.085" } : {}),
      ...(resource.type === "gcp:compute/address:Address" ? { address: "203.0.113.10" } : {}),
    }),
  });
}
