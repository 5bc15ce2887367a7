import type * as pulumi from "@pulumi/pulumi";
import * as artifactregistry from "@pulumi/gcp/artifactregistry";
import { type EnvironmentSlug, physicalName } from "../config/naming";
import { ChisanComponent } from "./component";

export interface ContainerRegistryArgs {
  readonly slug: EnvironmentSlug;
  readonly project: string;
  /** The region that the images are pulled in: the environment's own, so that a cold start does not cross an ocean. */
  readonly region: string;
  /** IAM members that may pull, by a label for each (`cloud-run`): see `cloudRunServiceAgent`. */
  readonly readers: Readonly<Record<string, pulumi.Input<string>>>;
  readonly protect: boolean;
}

/**
 * The last images are always kept: they are what a rollback goes back to. 20 is four weeks at one release per working day.
 * A KEEP policy wins over every DELETE policy.
 */
export const keptImages = 20;

/** An untagged image can be no rollback's target; 14 days leave time to look at one that an incident left behind. */
export const untaggedImageDays = 14;

const secondsPerDay = 86_400;

/**
 * Tags are immutable: what ran under a tag in staging is, byte for byte, what runs under it in prod.
 * No policy deletes a tagged image: a rollback or a revision pinned in the traffic configuration may need it.
 */
export function repositoryInputs(args: ContainerRegistryArgs): artifactregistry.RepositoryArgs {
  return {
    project: args.project,
    location: args.region,
    repositoryId: physicalName(args.slug, "images"),
    description: `Container images of the ${args.slug} environment`,
    format: "DOCKER",
    dockerConfig: { immutableTags: true },
    cleanupPolicyDryRun: false,
    cleanupPolicies: [
      { id: "keep-recent", action: "KEEP", mostRecentVersions: { keepCount: keptImages } },
      {
        id: "delete-untagged",
        action: "DELETE",
        condition: { tagState: "UNTAGGED", olderThan: `${untaggedImageDays * secondsPerDay}s` },
      },
    ],
    // "INHERITED" scans while the project's containerscanning API is on (ProjectServices); the only other value switches scanning off.
    vulnerabilityScanningConfig: { enablementConfig: "INHERITED" },
    labels: { environment: args.slug },
  };
}

/** Read access to this repository only, never to all repositories of the project. */
export function registryReaderInputs(
  args: Pick<ContainerRegistryArgs, "project" | "region">,
  repository: pulumi.Input<string>,
  member: pulumi.Input<string>,
): artifactregistry.RepositoryIamMemberArgs {
  return { project: args.project, location: args.region, repository, role: "roles/artifactregistry.reader", member };
}

/**
 * The Google-managed account with which Cloud Run pulls images.
 * It may already pull from its own project; the grant matters where the registry is in another one.
 *
 * @param projectNumber of the project that Cloud Run runs in
 */
export function cloudRunServiceAgent(projectNumber: string): string {
  return `serviceAccount:service-${projectNumber}@serverless-robot-prod.iam.gserviceaccount.com`;
}

/** The address that image names start with: `asia-northeast3-docker.pkg.dev/<project>/<repository>`. */
export function imagePrefix(args: Pick<ContainerRegistryArgs, "slug" | "project" | "region">): string {
  return `${args.region}-docker.pkg.dev/${args.project}/${physicalName(args.slug, "images")}`;
}

/** The Docker repository of one environment. */
export class ContainerRegistry extends ChisanComponent {
  public readonly imagePrefix: string;

  public constructor(name: string, args: ContainerRegistryArgs, options?: pulumi.ComponentResourceOptions) {
    super("ContainerRegistry", name, options);
    const repository = new artifactregistry.Repository(
      `${name}-images`,
      repositoryInputs(args),
      this.child({ dependsOn: options?.dependsOn, protect: args.protect }),
    );
    for (const [label, member] of Object.entries(args.readers)) {
      const inputs = registryReaderInputs(args, repository.repositoryId, member);
      new artifactregistry.RepositoryIamMember(`${name}-reader-${label}`, inputs, this.child());
    }
    this.imagePrefix = imagePrefix(args);
    this.registerOutputs({ imagePrefix: this.imagePrefix });
  }
}
