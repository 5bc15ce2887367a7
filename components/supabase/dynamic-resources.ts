/** The resources behind the dynamic providers of this folder. */
import type * as pulumi from "@pulumi/pulumi";
import { DynamicResource } from "../dynamic/dynamic-resource";

const folder = "components/supabase";

/** Point-in-time recovery of a project, for so many days: `pitr-provider.ts`. */
export class PointInTimeRecovery extends DynamicResource {
  declare public readonly projectRef: pulumi.Output<string>;
  declare public readonly days: pulumi.Output<number>;

  public constructor(
    name: string,
    args: { readonly projectRef: pulumi.Input<string>; readonly days: pulumi.Input<number> },
    options?: pulumi.CustomResourceOptions,
  ) {
    super({ kind: "PointInTimeRecovery", module: `${folder}/pitr-provider.ts` }, name, { ...args }, options);
  }
}

/** The dedicated IPv4 address of a project: `ipv4-provider.ts`. */
export class DedicatedIpv4 extends DynamicResource {
  declare public readonly projectRef: pulumi.Output<string>;

  public constructor(name: string, args: { readonly projectRef: pulumi.Input<string> }, options?: pulumi.CustomResourceOptions) {
    super({ kind: "DedicatedIpv4", module: `${folder}/ipv4-provider.ts` }, name, { ...args }, options);
  }
}

/** The check of a project's PostgreSQL version, and where it listens: `postgres-version-provider.ts`. */
export class PostgresVersion extends DynamicResource {
  declare public readonly version: pulumi.Output<string>;
  /** A name, with a port where that is not 5432. */
  declare public readonly host: pulumi.Output<string>;

  public constructor(
    name: string,
    args: { readonly projectRef: pulumi.Input<string>; readonly expectedMajor: pulumi.Input<number> },
    options?: pulumi.CustomResourceOptions,
  ) {
    const properties = { ...args, version: undefined, host: undefined };
    super({ kind: "PostgresVersion", module: `${folder}/postgres-version-provider.ts` }, name, properties, options);
  }
}
