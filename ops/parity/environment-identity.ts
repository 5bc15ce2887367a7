/**
 * What an environment is called: the names, hosts, regions and account ids that are its own by specification or configuration. Where two
 * environments have each its own at the same place, they do not differ.
 */
import { certificateName } from "../../components/load-balancer-inputs";
import { filesHost, fileStoreNames } from "../../components/file-store-inputs";
import type { EnvironmentSpecification } from "../../config/environment-specification";
import { bucketName, environmentSlug, physicalName, type StackName } from "../../config/naming";
import { namespace } from "../../config/stack-configuration";
import { configurationKeyNames, configurationKeys, type KeyDefinition } from "../../config/stack-configuration-keys";

/** A text that stands for the environment, and what it stands for. */
export interface IdentityText {
  /** What it is, the same in every environment: `region`, `configuration gcpProject`. */
  readonly means: string;
  readonly text: string;
  /** Whether it is a part of names: `prod` in `chisan-prod-api`. Others stand alone: `chisan-files` is not in `chisan-files-old`. */
  readonly inNames: boolean;
}

/** The plain values of a stack's configuration, by fully qualified key; lists and maps as JSON text. */
export type PlainConfiguration = Readonly<Record<string, string>>;

/** What an environment's declared resources call it by. */
export function identityTexts(specification: EnvironmentSpecification, configuration: PlainConfiguration): IdentityText[] {
  const { stack } = specification;
  const slug = environmentSlug(stack);
  const configured = (key: string) => configuration[`${namespace}:${key}`];
  const apiHost = configured("apiDomain") ?? specification.apiHost;
  const buckets = fileStoreNames({ slug, bucket: configured("filesBucket") });
  const part = (means: string, text: string) => ({ means, text, inNames: true });
  const whole = (means: string, text: string) => ({ means, text, inNames: false });
  return [
    // Another stack's name may contain this one's slug: the longer one is found first.
    whole("environment", stack),
    part("environment", slug),
    // What all physical names begin with: for chisan-dr, the stack's name again.
    whole("environment name", physicalName(slug, "").replace(/-$/, "")),
    whole("app host", configured("appDomain") ?? specification.appHost),
    whole("API host", apiHost),
    whole("certificate name", certificateName(slug, apiHost)),
    ...(configured("zone") === undefined ? [] : [whole("files host", filesHost(slug, configured("zone") ?? ""))]),
    whole("files bucket", buckets.files),
    whole("versions bucket", buckets.vault),
    whole("backups bucket", configured("backupsBucket") ?? bucketName(slug, "backups")),
    part("region", configured("region") ?? specification.gcpRegion),
    ...(specification.gcpBackupRegion === null ? [] : [part("backup region", specification.gcpBackupRegion)]),
    part("database region", configured("databaseRegion") ?? specification.databaseRegion),
    ...accountTexts(stack, configuration),
  ];
}

/**
 * Ids, addresses and names of accounts: the text in the keys that a stack requires, which are those "that cannot be known from the
 * repository". The optional ones change what is declared (a log level, a split of traffic): a difference in these is one.
 */
function accountTexts(stack: StackName, configuration: PlainConfiguration): IdentityText[] {
  return configurationKeyNames.flatMap((name) => {
    const definition: KeyDefinition<unknown, StackName, StackName> = configurationKeys[name];
    const value = configuration[`${namespace}:${name}`];
    if (value === undefined || definition.secret || !definition.required.includes(stack)) return [];
    return textsIn(structured(value)).map(({ path, text }) => ({ means: `configuration ${name}${path}`, text, inNames: false }));
  });
}

function textsIn(value: unknown, path = ""): { path: string; text: string }[] {
  // Shorter ones (a currency) are ordinary words of other values too.
  if (typeof value === "string") return value.length < 5 ? [] : [{ path, text: value }];
  if (Array.isArray(value)) return value.flatMap((item: unknown, index) => textsIn(item, `${path}[${index}]`));
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, item]) => textsIn(item, `${path}.${key}`));
}

function structured(value: string): unknown {
  if (!/^[[{]/.test(value)) return value;
  try {
    return JSON.parse(value);
  } catch (error) {
    if (error instanceof SyntaxError) return value;
    throw error;
  }
}

/** Both environments' texts without the account ids that they share: these are equal as they are, and may be words of other values. */
export function ownTexts(a: readonly IdentityText[], b: readonly IdentityText[]): { a: IdentityText[]; b: IdentityText[] } {
  const shared = (from: readonly IdentityText[]) => new Set(from.filter(({ means }) => means.startsWith("configuration ")).map(({ means, text }) => `${means}\n${text}`));
  const [inA, inB] = [shared(a), shared(b)];
  const without = (from: readonly IdentityText[], others: ReadonlySet<string>) => from.filter(({ means, text }) => !others.has(`${means}\n${text}`));
  return { a: without(a, inB), b: without(b, inA) };
}
