import * as pulumi from "@pulumi/pulumi";
import { RandomPassword, type RandomPasswordArgs } from "@pulumi/random/randomPassword";
import { Project, type ProjectArgs, Settings, type SettingsArgs, getApikeysOutput } from "@pulumi/supabase";
import type { SupabaseRegion } from "../config/allowed-values";
import type { EnvironmentSlug } from "../config/naming";
import { equalEverywhere } from "../config/parity-manifest";
import { ChisanComponent } from "./component";
import {
  type DatabasePlan,
  apiSettings,
  authSettings,
  checkDatabase,
  networkSettings,
  poolerSettings,
  postgresSettings,
  storageSettings,
} from "./database-settings";
import { DedicatedIpv4, PointInTimeRecovery, PostgresVersion } from "./supabase/dynamic-resources";

export interface DatabaseArgs extends DatabasePlan {
  readonly organizationId: string;
  /** Cannot change once the database exists: the provider fails the update, in the words of design fact 4. */
  readonly region: SupabaseRegion;
  /** The fixed IPv4 addresses that the API leaves from. */
  readonly egressAddresses: readonly pulumi.Input<string>[];
  readonly googleClientSecret: pulumi.Input<string>;
  /** Refuse to destroy the project, its recovery history and its address. */
  readonly protect: boolean;
  /** Leave them at the vendor when the stack is destroyed. */
  readonly retainOnDelete: boolean;
}

/** `chisan-prod`; `chisan-dr` is the name in the operations document, section 4.2. */
export function databaseName(slug: EnvironmentSlug): string {
  return `chisan-${slug}`;
}

/** No special characters: it stands in a URL, in shells and in `.pgpass`. 62 symbols × 48 characters are 285 bits. */
export function databasePasswordInputs(): RandomPasswordArgs {
  return { length: 48, special: false };
}

export function projectInputs(args: DatabaseArgs, databasePassword: pulumi.Input<string>): ProjectArgs {
  return {
    organizationId: args.organizationId,
    name: databaseName(args.slug),
    region: args.region,
    databasePassword,
    instanceSize: args.compute,
    // The anon and service-role keys (`eyJ…`) of the operations document, section 2.3, are the legacy ones.
    legacyApiKeysEnabled: true,
  };
}

/** `auth` is secret as a whole, because Google's client secret is in it. */
export function settingsInputs(args: DatabaseArgs, projectRef: pulumi.Input<string>): SettingsArgs {
  return {
    projectRef,
    sslEnforcement: true,
    network: pulumi.all([...args.egressAddresses]).apply((addresses) => networkSettings(addresses, args.operatorCidrs)),
    database: postgresSettings(),
    api: apiSettings(),
    auth: pulumi.secret(pulumi.output(args.googleClientSecret).apply((secret) => authSettings(args.auth, secret))),
    storage: storageSettings(),
    pooler: poolerSettings(),
  };
}

/**
 * The address of PostgreSQL itself, not of the pooler: the same host for psql, pg_dump and the API, and every feature of a session. It has
 * an IPv4 address because of the add-on.
 *
 * @param host as the Management API answers it; 5432 unless a port is in it, as in the sandbox's `127.0.0.1:23456`
 */
export function connectionString(host: string, password: string): string {
  return `postgresql://postgres:${password}@${host.includes(":") ? host : `${host}:5432`}/postgres?sslmode=require`;
}

/**
 * The database of one environment: a Supabase project with its settings, its add-ons, and the check that it is PostgreSQL 15.
 *
 * The settings wait for nothing but the project, so that it is closed to the Internet at once. What costs money waits for the version.
 * The add-ons come one after the other, because a project that is changing refuses the next change.
 */
export class Database extends ChisanComponent {
  /** 20 lower-case letters. */
  public readonly projectRef: pulumi.Output<string>;
  /** Of the REST and Auth API. */
  public readonly url: pulumi.Output<string>;
  /** Public by nature: it is in every browser, and row level security decides what it may read. */
  public readonly anonKey: pulumi.Output<string>;
  /** Secret: row level security does not limit it. */
  public readonly serviceRoleKey: pulumi.Output<string>;
  /** Secret: the password is in it. Known only when the database can be reached at it. */
  public readonly connectionString: pulumi.Output<string>;
  /** As the vendor writes it: `15.8.1.085`. */
  public readonly postgresVersion: pulumi.Output<string>;

  public constructor(name: string, args: DatabaseArgs, options?: pulumi.ComponentResourceOptions) {
    super("Database", name, options);
    checkDatabase(args);
    const kept = { protect: args.protect, retainOnDelete: args.retainOnDelete };
    const password = new RandomPassword(`${name}-password`, databasePasswordInputs(), this.child()).result;
    const project = new Project(`${name}-project`, projectInputs(args, password), this.child({ ...kept, dependsOn: options?.dependsOn }));
    const ref = project.id;
    const settings = new Settings(`${name}-settings`, settingsInputs(args, ref), this.child({ additionalSecretOutputs: ["auth"] }));
    const version = new PostgresVersion(
      `${name}-postgres-version`,
      { projectRef: ref, expectedMajor: equalEverywhere.postgresMajorVersion },
      this.child(),
    );
    const ipv4 = new DedicatedIpv4(`${name}-ipv4`, { projectRef: ref }, this.child({ ...kept, dependsOn: [settings, version] }));
    if (args.pointInTimeRecoveryDays !== null) {
      const recovery = { projectRef: ref, days: args.pointInTimeRecoveryDays };
      new PointInTimeRecovery(`${name}-recovery`, recovery, this.child({ ...kept, dependsOn: [ipv4] }));
    }
    const keys = getApikeysOutput({ projectRef: ref }, { parent: this });
    this.projectRef = ref;
    this.url = pulumi.interpolate`https://${ref}.supabase.co`;
    this.anonKey = pulumi.unsecret(keys.apply(({ anonKey }) => legacyKey("anon", anonKey)));
    this.serviceRoleKey = pulumi.secret(keys.apply(({ serviceRoleKey }) => legacyKey("service-role", serviceRoleKey)));
    // `ipv4.projectRef` as well: whoever connects waits until the name has an IPv4 address.
    this.connectionString = pulumi.secret(
      pulumi.all([version.host, password, ipv4.projectRef]).apply(([host, secret]) => connectionString(host, secret)),
    );
    this.postgresVersion = version.version;
    this.registerOutputs({ projectRef: ref, url: this.url, postgresVersion: this.postgresVersion });
  }
}

/** The provider answers null for a legacy key that was switched off by hand. @throws CHI-C606 */
export function legacyKey(label: string, key: string | null | undefined): string {
  if (key) return key;
  throw new Error(`CHI-C606 the Supabase project has no ${label} key: enable its legacy API keys (dashboard → settings → API keys)`);
}
