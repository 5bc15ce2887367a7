/**
 * The PostgreSQL version of a Supabase project, read back and compared, and the host where it listens. No documented field pins the
 * version when a project is made (design fact 3), so the vendor's default decides, and may be another tomorrow. Nothing exists at the
 * vendor for this resource.
 */
import { checkInputs } from "../dynamic/check-inputs";
import type { DynamicProvider } from "../dynamic/dynamic-resource";
import { ManagementApiClient } from "./management-api-client";
import { projectRefRule } from "./provider-inputs";

export interface PostgresVersionInputs {
  projectRef: string;
  expectedMajor: number;
}

export interface PostgresVersionOutputs extends PostgresVersionInputs {
  /** As the vendor writes it: `15.8.1.085`. */
  version: string;
  /** As the vendor answers it: `db.<ref>.supabase.co`; the sandbox adds a port. Missing in states that were written before it was read. */
  host?: string;
}

/** @param connect how to reach the API; not called before it is needed */
export function postgresVersionProvider(
  connect: () => ManagementApiClient,
): DynamicProvider<PostgresVersionInputs, PostgresVersionOutputs> {
  const verified = async (inputs: PostgresVersionInputs): Promise<PostgresVersionOutputs> => {
    const { database } = await connect().healthyProject(inputs.projectRef);
    refuseOther(inputs, database.version);
    return { projectRef: inputs.projectRef, expectedMajor: inputs.expectedMajor, version: database.version, host: database.host };
  };
  return {
    async check(_olds, news) {
      const failures = checkInputs(
        { ...news },
        {
          projectRef: projectRefRule,
          expectedMajor: (value) =>
            Number.isInteger(value) ? undefined : `CHI-C623 is ${JSON.stringify(value)}: give a whole number (config/parity-manifest.ts)`,
        },
      );
      return { inputs: news, failures };
    },

    async diff(_id, olds, news) {
      const replaces = olds.projectRef === news.projectRef ? [] : ["projectRef"];
      // An older state gets its host by one update.
      const changes = replaces.length > 0 || olds.expectedMajor !== news.expectedMajor || olds.host === undefined;
      return { changes, replaces, deleteBeforeReplace: false };
    },

    async create(inputs) {
      return { id: `${inputs.projectRef}/postgres-version`, outs: await verified(inputs) };
    },

    // A refresh refuses as well: an upgrade made by hand must not pass as a detail of the state.
    async read(id, props) {
      if (props === undefined) throw new Error("CHI-C624 a PostgreSQL version check cannot be imported: `pulumi up` makes it");
      const project = await connect().project(props.projectRef);
      if (!project) return { id: "" };
      const { host, version } = project.database;
      refuseOther(props, version);
      return { id, props: { ...props, version, host } };
    },

    async update(_id, _olds, news) {
      return { outs: await verified(news) };
    },
  };
}

/** The major version in `15.8.1.085`, or in the older form `supabase-postgres-15.1.0.147`; undefined for anything else. */
export function majorOf(version: string): number | undefined {
  const major = /^(?:supabase-postgres-)?(\d+)\./.exec(version)?.[1];
  return major === undefined ? undefined : Number(major);
}

/** @throws CHI-C625 when the version is of another major */
function refuseOther({ projectRef, expectedMajor }: PostgresVersionInputs, version: string): void {
  if (majorOf(version) === expectedMajor) return;
  throw new Error(
    `CHI-C625 the database of the Supabase project ${projectRef} is PostgreSQL ${JSON.stringify(version)}, every environment's is ${expectedMajor}: ` +
      `if the project is new, \`pulumi destroy\` it and ask the vendor's support for PostgreSQL ${expectedMajor}; ` +
      `if the upgrade is wanted, raise postgresMajorVersion in config/parity-manifest.ts for all environments together`,
  );
}

export const provider = postgresVersionProvider(() => ManagementApiClient.fromEnvironment());
