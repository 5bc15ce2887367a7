import * as pulumi from "@pulumi/pulumi";
import { Provider as GcpProvider } from "@pulumi/gcp/provider";
import { bootstrapImage } from "../components/api-service-template";
import { ApiService } from "../components/api-service";
import { trafficTargets } from "../components/api-service-traffic";
import { ContainerRegistry } from "../components/container-registry";
import { ProjectServices } from "../components/project-services";
import { RuntimeIdentity } from "../components/runtime-identity";
import { secretMounts, SecretStore } from "../components/secret-store";
import type { EnvironmentSpecification } from "../config/environment-specification";
import { environmentSlug } from "../config/naming";
import type { StackConfiguration } from "../config/stack-configuration";
import type { CloudStack } from "../config/stack-configuration-keys";

export function declareCloudEnvironment(specification: EnvironmentSpecification, configuration: StackConfiguration<CloudStack>) {
  const slug = environmentSlug(specification.stack);
  const project = configuration.gcpProject;
  const region = configuration.region ?? specification.gcpRegion;
  const protect = specification.protectData;
  const google = new GcpProvider("google", { project, region });
  const apis = new ProjectServices("services", { project }, { providers: [google] });
  const onGoogle = { providers: [google], dependsOn: apis };
  const identity = new RuntimeIdentity("api-identity", { slug, project, workload: "api" }, onGoogle);
  const store = new SecretStore("secrets", { slug, project, regions: [region], protect, secrets: { JWT_SECRET: { kind: "generated", form: "characters", length: 64, generations: { current: 1 }, readers: { api: identity.member } } } }, onGoogle);
  const registry = new ContainerRegistry("registry", { slug, project, region, readers: {}, protect }, onGoogle);
  const api = new ApiService("api", { slug, project, regions: [{ region, minInstances: specification.minimumInstances, maxInstances: specification.maximumInstances }], image: configuration.apiImage ?? bootstrapImage, cpu: specification.cpu, memory: specification.memory, logLevel: specification.logLevel, serviceAccountEmail: identity.email, environment: {}, secrets: secretMounts(store.references), traffic: trafficTargets(configuration.traffic), protect }, onGoogle);
  return { imagePrefix: registry.imagePrefix, api: api.services.map(({ uri }) => uri), revision: pulumi.output(api.revision) };
}
