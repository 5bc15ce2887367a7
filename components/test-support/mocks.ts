import { createHash } from "node:crypto";
import * as pulumi from "@pulumi/pulumi";
import { type Registration, recordRegistrations } from "../recording/record-registrations";
import { secretPaths, unwrapped } from "../recording/wire";

/**
 * What a component registers, recorded on Pulumi's mocks: no engine, no provider, no cloud.
 *
 * ```ts
 * const resources = await recordResources(() => { new FileStore("prod-files", args); });
 * expect(only(resources, "cloudflare:index/r2Bucket:R2Bucket").inputs).toEqual({ ... });   // exact: nothing more, nothing less
 * ```
 *
 * - `inputs` are plain values: secrets are unwrapped, and their places are listed in `secretInputs` (`template.envs[0].value`).
 * - The outputs of a mocked resource are its inputs, plus what `computedOutputs` says for its type, plus what the caller's
 *   `outputs` says; its id is `<logical name>_id`, or an `id` of those. Nothing is random, so a recording can be compared with `toEqual`.
 * - `{ preview: true }` leaves every output that is not an input unknown, as the first preview of an empty stack does. A resource
 *   created inside `apply` is then missing: `expect(names(preview)).toEqual(names(applied))` proves that there is none.
 */
export interface RecordedResource {
  readonly type: string;
  readonly name: string;
  /** False for components. */
  readonly custom: boolean;
  readonly inputs: Readonly<Record<string, unknown>>;
  /** Paths of the inputs that were secret, sorted. */
  readonly secretInputs: readonly string[];
  /** The logical name of the parent, absent at the root. */
  readonly parent?: string;
  /** Logical names of all it depends on, by `dependsOn` or through an input, sorted. */
  readonly dependencies: readonly string[];
  readonly protect: boolean;
  readonly retainOnDelete: boolean;
  readonly deleteBeforeReplace: boolean;
  readonly ignoreChanges: readonly string[];
  readonly replaceOnChanges: readonly string[];
  readonly additionalSecretOutputs: readonly string[];
}

export interface RecordOptions {
  /** The stack's name, "test" unless given. */
  readonly stack?: string;
  /** Unknown outputs, as in the first preview. */
  readonly preview?: boolean;
  /** Outputs of a resource beyond its inputs; wins over `computedOutputs`. */
  readonly outputs?: (resource: { type: string; name: string; inputs: Record<string, unknown> }) => Record<string, unknown>;
  /** Answers of provider functions by token. A function that is not listed fails the recording. */
  readonly calls?: Record<string, (inputs: Record<string, unknown>) => Record<string, unknown>>;
}

/**
 * Runs `build` on mocks, waits until everything it registered has settled, and returns the registrations in order.
 * Rejects with the error that `build` or a component's constructor threw. (An error inside an `apply` reaches no caller, here as in
 * Pulumi itself: it is an unhandled rejection, which ends the Jest run. Check arguments before registering, not in an `apply`.)
 */
export async function recordResources(build: () => unknown, options: RecordOptions = {}): Promise<RecordedResource[]> {
  const { stack = "test", preview = false } = options;
  return (await recordRegistrations(build, { stack, preview, mocks: mocks(options) })).map(recordedResource);
}

/** The only resource of a type (and, where given, a name); throws when there is none or more than one. */
export function only(resources: readonly RecordedResource[], type: string, name?: string): RecordedResource {
  const found = resources.filter((resource) => resource.type === type && (name === undefined || resource.name === name));
  if (found.length !== 1 || found[0] === undefined) {
    throw new Error(
      `expected one ${type}${name === undefined ? "" : ` "${name}"`}, found ${found.length} among: ${names(resources).join(", ")}`,
    );
  }
  return found[0];
}

/** All resources of a type. */
export function ofType(resources: readonly RecordedResource[], type: string): RecordedResource[] {
  return resources.filter((resource) => resource.type === type);
}

/** `type name` of every resource, sorted. */
export function names(resources: readonly RecordedResource[]): string[] {
  return resources.map((resource) => `${resource.type} ${resource.name}`).sort();
}

/** The value of an output, once known. In a preview recording an unknown output never resolves to a value: it gives `undefined`. */
export function promiseOf<T>(output: pulumi.Output<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const settled = pulumi.output(output) as unknown as { promise(withUnknowns?: boolean): Promise<T> };
    settled.promise().then(resolve, reject);
  });
}

/** Whether an output is marked secret. */
export function isSecret(output: pulumi.Output<unknown>): Promise<boolean> {
  return pulumi.isSecret(output);
}

/** Whether the input at a path (`secretData`, `containers[0].envs[2].value`), or something around it, was registered as secret. */
export function isSecretInput(resource: RecordedResource, path: string): boolean {
  return resource.secretInputs.some((secret) => path === secret || path.startsWith(`${secret}.`) || path.startsWith(`${secret}[`));
}

/** What vendors compute and our components read; per type, from the resource's logical name and inputs. */
const computedOutputs: Record<string, (name: string, inputs: Record<string, unknown>) => Record<string, unknown>> = {
  "gcp:serviceaccount/account:Account": (_name, inputs) => {
    const email = `${String(inputs.accountId)}@${String(inputs.project ?? "project")}.iam.gserviceaccount.com`;
    return { email, member: `serviceAccount:${email}` };
  },
  "gcp:iam/workloadIdentityPool:WorkloadIdentityPool": (_name, inputs) => ({ name: poolName(inputs) }),
  "gcp:iam/workloadIdentityPoolProvider:WorkloadIdentityPoolProvider": (_name, inputs) => ({
    name: `${poolName(inputs)}/providers/${String(inputs.workloadIdentityPoolProviderId)}`,
  }),
  "gcp:projects/iAMCustomRole:IAMCustomRole": (_name, inputs) => ({ name: `projects/${String(inputs.project)}/roles/${String(inputs.roleId)}` }),
  "gcp:secretmanager/secret:Secret": (_name, inputs) => ({ name: `projects/1/secrets/${String(inputs.secretId)}` }),
  "gcp:secretmanager/secretVersion:SecretVersion": (name) => ({ name: `${name}/versions/1`, version: "1" }),
  "gcp:artifactregistry/repository:Repository": (_name, inputs) => ({
    name: inputs.repositoryId,
    registryUri: `${String(inputs.location)}-docker.pkg.dev/${String(inputs.project ?? "project")}/${String(inputs.repositoryId)}`,
  }),
  "gcp:compute/subnetwork:Subnetwork": (_name, inputs) => ({ selfLink: computeLink("subnetworks", inputs) }),
  "gcp:compute/address:Address": (name, inputs) => ({ selfLink: computeLink("addresses", inputs), address: testAddress(name) }),
  "gcp:compute/globalAddress:GlobalAddress": (name, inputs) => ({ selfLink: computeLink("addresses", inputs), address: testAddress(name) }),
  "gcp:certificatemanager/dnsAuthorization:DnsAuthorization": (_name, { domain }) => ({
    dnsResourceRecords: [
      { name: `_acme-challenge_abc.${String(domain)}.`, type: "CNAME", data: "def.1.authorize.certificatemanager.goog." },
    ],
  }),
  "gcp:monitoring/uptimeCheckConfig:UptimeCheckConfig": (name) => ({ uptimeCheckId: `${name}-check` }),
  "gcp:cloudrunv2/service:Service": (_name, inputs) => ({ uri: `https://${String(inputs.name)}-${String(inputs.location)}.a.run.app` }),
  "random:index/randomId:RandomId": (name, inputs) => ({
    hex: createHash("sha256").update(name).digest("hex").slice(0, 2 * Number(inputs.byteLength)),
  }),
  // Checkly's ids are numbers, and are referred to as numbers.
  "checkly:index/alertChannel:AlertChannel": (name) => ({ id: testNumber(name) }),
  "checkly:index/checkGroup:CheckGroup": (name) => ({ id: testNumber(name) }),
  "sentry:index/sentryTeam:SentryTeam": (name) => ({ internalId: testNumber(name) }),
  "sentry:index/sentryKey:SentryKey": (name) => ({ dsnPublic: `https://${name}@o1.ingest.sentry.io/1`, dsnSecret: `https://${name}:secret@o1.ingest.sentry.io/1` }),
  "pulumi-nodejs:dynamic/chisan:PostgresVersion": (_name, { projectRef }) => ({ host: `db.${String(projectRef)}.supabase.co`, version: "15.8.1.085" }),
  "random:index/randomPassword:RandomPassword": (name, inputs) => ({
    result: name.padStart(Number(inputs.length), "r").slice(-Number(inputs.length)),
  }),
  "random:index/randomBytes:RandomBytes": (name, inputs) => {
    const bytes = Buffer.from(name.padStart(Number(inputs.length), "r").slice(-Number(inputs.length)));
    return { base64: bytes.toString("base64"), hex: bytes.toString("hex") };
  },
};

function poolName({ workloadIdentityPoolId }: Record<string, unknown>): string {
  return `projects/1/locations/global/workloadIdentityPools/${String(workloadIdentityPoolId)}`;
}

function computeLink(collection: string, { project, region, name }: Record<string, unknown>): string {
  const place = region === undefined ? "global" : `regions/${String(region)}`;
  return `https://www.googleapis.com/compute/v1/projects/${String(project)}/${place}/${collection}/${String(name)}`;
}

/** Of a range that is nobody's (RFC 2544), the same for the same logical name. */
function testAddress(name: string): string {
  const [third, fourth] = createHash("sha256").update(name).digest();
  return `198.18.${third}.${fourth}`;
}

/** Six digits, the same for the same logical name. */
function testNumber(name: string): string {
  return String(100_000 + (createHash("sha256").update(name).digest().readUInt32BE() % 900_000));
}

/** Outputs that a provider's schema marks secret, by type: the mocks must mark them too, or a leak would pass unseen. */
const secretOutputs: Record<string, readonly string[]> = {
  "random:index/randomPassword:RandomPassword": ["result", "bcryptHash"],
  "random:index/randomBytes:RandomBytes": ["base64", "hex"],
  "sentry:index/sentryKey:SentryKey": ["dsnSecret", "secret"],
};

function mocks(options: RecordOptions): pulumi.runtime.Mocks {
  return {
    newResource: ({ type, name, inputs: wrapped, custom }) => {
      const inputs = unwrapped(wrapped) as Record<string, unknown>;
      if (options.preview) {
        // An empty id is an unknown id; what is not in the state is an unknown output.
        return { id: undefined, state: wrapped };
      }
      const computed: Record<string, unknown> = { ...computedOutputs[type]?.(name, inputs), ...options.outputs?.({ type, name, inputs }) };
      for (const property of secretOutputs[type] ?? []) {
        if (computed[property] !== undefined) computed[property] = pulumi.secret(computed[property]);
      }
      const { id = `${name}_id`, ...outputs } = computed;
      return { id: custom ? String(id) : undefined, state: { ...wrapped, ...outputs } };
    },
    call: ({ token, inputs }) => {
      const answer = options.calls?.[token];
      if (answer === undefined) {
        const message = `the provider function ${token} has no answer in this test: give one in "calls"`;
        // Pulumi reports the `details` of a gRPC error, and drops the message.
        throw Object.assign(new Error(message), { details: message });
      }
      return answer(inputs as Record<string, unknown>);
    },
  };
}

function recordedResource({ urn: _urn, wire, parent, dependencies, propertyDependencies: _byProperty, ...rest }: Registration): RecordedResource {
  return {
    ...rest,
    inputs: unwrapped(wire) as Record<string, unknown>,
    secretInputs: secretPaths(wire).sort(),
    ...(parent === undefined ? {} : { parent: logicalName(parent) }),
    dependencies: [...new Set(dependencies.map(logicalName))].sort(),
  };
}

function logicalName(urn: string): string {
  return urn.slice(urn.lastIndexOf("::") + 2);
}
