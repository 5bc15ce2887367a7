import { createHash } from "node:crypto";
import * as pulumi from "@pulumi/pulumi";
import { AccountToken, type AccountTokenArgs } from "@pulumi/cloudflare/accountToken";
import { getAccountApiTokenPermissionGroupsListOutput } from "@pulumi/cloudflare/getAccountApiTokenPermissionGroupsList";
import { type EnvironmentSlug, physicalName } from "../config/naming";
import { ChisanComponent } from "./component";
import type { Generations } from "./secret-store-inputs";

/** What a token may do with the objects of its bucket. R2 has no permission to write without reading. */
export type R2Access = "read" | "read and write";

/** Cloudflare's permission groups for the objects of one bucket, by the access they give (vendor's page "R2 authentication"). */
const permissionGroupNames: Readonly<Record<R2Access, string>> = {
  read: "Workers R2 Storage Bucket Item Read",
  "read and write": "Workers R2 Storage Bucket Item Write",
};

/** The ids of those groups: looked up once per program with `lookUpR2Permissions`, shared by all credentials. */
export type R2PermissionIds = Readonly<Record<R2Access, pulumi.Output<string>>>;

/** One call to Cloudflare for all credentials of a stack. The ids are the vendor's and not in its documentation, so none is written here. */
export function lookUpR2Permissions(accountId: string, options?: pulumi.InvokeOptions): R2PermissionIds {
  const { results } = getAccountApiTokenPermissionGroupsListOutput({ accountId, scope: bucketScope }, options);
  return {
    read: results.apply((groups) => permissionId(groups, "read")),
    "read and write": results.apply((groups) => permissionId(groups, "read and write")),
  };
}

/** @throws CHI-C401 when Cloudflare lists no such group */
export function permissionId(groups: readonly { id: string; name: string }[], access: R2Access): string {
  const found = groups.find(({ name }) => name === permissionGroupNames[access]);
  if (found === undefined) {
    throw new Error(
      `CHI-C401 Cloudflare lists no permission group "${permissionGroupNames[access]}", only [${groups.map(({ name }) => name).join(", ")}]: ` +
        `give the deployment's own token "Account API Tokens Write", or correct the name in components/r2-credentials.ts`,
    );
  }
  return found.id;
}

const bucketScope = "com.cloudflare.edge.r2.bucket";

/** The S3 form of an R2 token. */
export interface S3Credential {
  readonly accessKeyId: pulumi.Output<string>;
  readonly secretAccessKey: pulumi.Output<string>;
}

export interface R2CredentialsArgs {
  readonly slug: EnvironmentSlug;
  readonly accountId: string;
  /** What uses the token, in its name: `files-api`. */
  readonly purpose: string;
  /** The bucket's name as the bucket resource gives it, so that no token is made before its bucket. */
  readonly bucketName: pulumi.Input<string>;
  readonly access: R2Access;
  readonly permissions: R2PermissionIds;
  /** Two tokens are accepted while rotating (operations document, section 2.4). */
  readonly generations: Generations;
}

/**
 * A token of the account (not of a person, whose leaving would end it) for one bucket, and no other right at all.
 */
export function tokenInputs(args: R2CredentialsArgs, generation: number): AccountTokenArgs {
  const name = `${physicalName(args.slug, args.purpose)}-g${generation}`;
  return {
    accountId: args.accountId,
    name,
    policies: [
      {
        effect: "allow",
        permissionGroups: [{ id: args.permissions[args.access] }],
        resources: pulumi.output(args.bucketName).apply((bucket) => bucketResource(args.accountId, bucket)),
      },
    ],
  };
}

/** The policy's resources: this one bucket. `default` is the jurisdiction of a bucket that is made without one. */
export function bucketResource(accountId: string, bucket: string): string {
  return JSON.stringify({ [`${bucketScope}.${accountId}_default_${bucket}`]: "*" });
}

/** The S3 secret key of a token: SHA-256 of its value, in lower-case hexadecimal (vendor's page "R2 authentication"). */
export function s3SecretKey(tokenValue: string): string {
  return createHash("sha256").update(tokenValue, "utf8").digest("hex");
}

/** S3 credentials for one bucket. */
export class R2Credentials extends ChisanComponent {
  public readonly current: S3Credential;
  /** The other generation, while rotating. */
  public readonly previous?: S3Credential;

  public constructor(name: string, args: R2CredentialsArgs, options?: pulumi.ComponentResourceOptions) {
    super("R2Credentials", name, options);
    this.current = this.credential(args, args.generations.current);
    if (args.generations.previous !== undefined) this.previous = this.credential(args, args.generations.previous);
    this.registerOutputs({});
  }

  private credential(args: R2CredentialsArgs, generation: number): S3Credential {
    const token = new AccountToken(`${this.name}-g${generation}`, tokenInputs(args, generation), this.child());
    return {
      // An id by nature, but the catalogue keeps it with the secrets: half of a credential.
      accessKeyId: pulumi.secret(token.id),
      secretAccessKey: pulumi.secret(token.value.apply(s3SecretKey)),
    };
  }
}
