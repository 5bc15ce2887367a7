/** What Secret Manager gives an instance that starts. */
import { z } from "zod";
import { secretName } from "../../providers/models/gcp/secrets";
import type { World } from "../../world/world";
import { BrokenHop } from "./broken-hop";
import { isDown } from "./regions";

const types = {
  secret: "gcp:secretmanager/secret:Secret",
  version: "gcp:secretmanager/secretVersion:SecretVersion",
  grant: "gcp:secretmanager/secretIamMember:SecretIamMember",
  projectGrant: "gcp:projects/iAMMember:IAMMember",
  account: "gcp:serviceaccount/account:Account",
} as const;

const replicated = z.object({
  project: z.string(),
  secretId: z.string(),
  replication: z.object({ userManaged: z.object({ replicas: z.array(z.object({ location: z.string() })) }).optional() }),
});
const versions = z.object({
  secret: z.string(),
  version: z.string(),
  enabled: z.boolean().optional(),
  secretData: z.string().optional(),
  project: z.string(),
});

const readingRoles: readonly unknown[] = ["roles/secretmanager.secretAccessor", "roles/secretmanager.admin", "roles/owner"];

export interface WantedSecret {
  readonly project: string;
  /** The service account that the revision runs as. */
  readonly account: string | undefined;
  /** The variable that wants it, for messages. */
  readonly variable: string;
  /** Its id, or its full name. */
  readonly secret: string;
  /** A number, or `latest`. */
  readonly version?: string | undefined;
}

/**
 * The value, to whoever may read it. Cloud Run starts no instance without it, and answers 503.
 *
 * @throws BrokenHop CHI-S269, with the names of secret, version and account, never with a value
 */
export function secretValue(world: World, { project, account, variable, secret, version = "latest" }: WantedSecret): string {
  const name = secretName(secret, project);
  const refuse = (problem: string): never => {
    throw new BrokenHop("CHI-S269", "secret", 503, `no instance starts, ${variable} is ${name} version ${version}, ${problem}`);
  };
  const record = world.list(types.secret).find(({ outputs }) => secretName(String(outputs.secretId), String(outputs.project)) === name);
  if (record === undefined) return refuse("and there is no such secret: run npx chisan up for its stack");
  const replicas = replicated.parse(record.outputs).replication.userManaged?.replicas.map(({ location }) => location);
  if (replicas !== undefined && replicas.every((region) => isDown(world, region)))
    return refuse(`which is kept in ${replicas.join(", ")} alone, and that is out: keep it in the backup region too (stacks/)`);
  if (account === undefined || !accountExists(world, account))
    return refuse(`and its service account ${account ?? "(none)"} does not exist: run npx chisan up for its stack`);
  if (!mayRead(world, name, project, account))
    return refuse(`which ${account} may not read: grant it roles/secretmanager.secretAccessor (SecretStore's readers)`);
  const kept = world
    .list(types.version)
    .map(({ outputs }) => versions.parse(outputs))
    .filter((each) => secretName(each.secret, each.project) === name)
    .sort((a, b) => Number(b.version) - Number(a.version));
  const found = version === "latest" ? kept[0] : kept.find((each) => each.version === version);
  if (found === undefined)
    return refuse(`and it has the versions [${kept.map((each) => each.version).join(", ")}]: run npx chisan up for its stack`);
  if (found.enabled === false)
    return refuse("which is disabled: enable it, or let the revision use a newer one (chisan:secretGenerations)");
  return found.secretData ?? refuse("whose value the sandbox does not know: it was written without being kept (secretDataWo)");
}

function accountExists(world: World, account: string): boolean {
  const project = /@([a-z0-9-]+)\.iam\.gserviceaccount\.com$/.exec(account)?.[1];
  return project !== undefined && world.get(types.account, `projects/${project}/serviceAccounts/${account}`) !== undefined;
}

function mayRead(world: World, name: string, project: string, account: string): boolean {
  const reads = ({ member, role }: { member?: unknown; role?: unknown }): boolean =>
    member === `serviceAccount:${account}` && readingRoles.includes(role);
  return (
    world
      .list(types.grant)
      .some(({ outputs }) => reads(outputs) && secretName(String(outputs.secretId), String(outputs.project ?? project)) === name) ||
    world.list(types.projectGrant).some(({ outputs }) => reads(outputs) && outputs.project === project)
  );
}
