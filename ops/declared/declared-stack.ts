import * as pulumi from "@pulumi/pulumi";
import { recordRegistrations } from "../../components/recording/record-registrations";
import type { StackName } from "../../config/naming";
import { sandboxConfiguration } from "../../config/sandbox-values";
import { committedSettings } from "../../sandbox/control/committed-settings";
import { declare } from "../../stacks/declare";
import { type DeclaredResource, declaredResource } from "./declared-resource";
import { unknownAnswer } from "./unknown-answers";

export interface DeclaredStack {
  readonly stack: StackName;
  /** In the order of registration, without the stack itself. Parents are before their children. */
  readonly resources: readonly DeclaredResource[];
}

export interface DeclaredStackOptions {
  /** Values of configuration, as `pulumi config set` takes them, by key without namespace: laid over the rehearsal's. */
  readonly configuration?: Readonly<Record<string, string>>;
  /** Runs in the place of the stack's program: for tests of what stands around it. */
  readonly program?: (stack: StackName) => unknown;
}

const stackType = "pulumi:pulumi:Stack";
const secretKeysVariable = "PULUMI_CONFIG_SECRET_KEYS";

/**
 * What a stack's program declares: the program itself is run, in this process, with the configuration of a rehearsal (the committed
 * Pulumi.<stack>.yaml, with stand-ins for what is missing or encrypted). There is no engine, no state and no vendor. What a vendor would
 * compute is unknown, as in the first preview of an empty stack; only ids are known, as `<logical name>_id`. The same on every machine.
 *
 * One at a time, as Pulumi's SDK can hold one program. Takes less than a second for prod, on a machine that has nothing else to do.
 *
 * @throws the program's own errors; CHI-G001 for a provider function that nobody knows; CHI-G002 for two resources of one URN
 */
export async function declaredStack(stack: StackName, options: DeclaredStackOptions = {}): Promise<DeclaredStack> {
  const values = rehearsedValues(stack, options.configuration ?? {});
  const program = options.program ?? declare;
  // Kept back until everything has settled: thrown inside, it would reject the stack's outputs too, which nobody awaits.
  let failure: { error: unknown } | undefined;
  const run = async (): Promise<unknown> => {
    try {
      // The engine's child process has the list in its environment, and the program reads it there while it is started.
      return await withVariable(secretKeysVariable, JSON.stringify(values.secretKeys), () => program(stack));
    } catch (error) {
      failure = { error };
      return {};
    }
  };
  const registrations = await withoutLooseErrors(() =>
    recordRegistrations(
      () => {
        pulumi.runtime.setAllConfig(values.plain, values.secretKeys);
        return pulumi.runtime.runInPulumiStack(run);
      },
      { stack, preview: true, mocks: unansweringVendors },
    ),
  );
  if (failure !== undefined) throw failure.error;
  return { stack, resources: withoutStack(registrations.map(declaredResource)) };
}

function rehearsedValues(stack: StackName, changes: Readonly<Record<string, string>>) {
  // No secret of the checkout's own: nothing declared here is ever made.
  const rehearsed = sandboxConfiguration(stack, committedSettings(stack).config ?? {}, "declared without an engine");
  const changed = Object.fromEntries(Object.entries(changes).map(([name, value]) => [`chisan:${name}`, value]));
  return {
    plain: { ...Object.fromEntries(Object.entries(rehearsed).map(([key, { value }]) => [key, value])), ...changed },
    secretKeys: Object.keys(rehearsed).filter((key) => rehearsed[key]?.secret === true),
  };
}

/**
 * What is not in the state is an unknown output. Ids are known, as `<logical name>_id`: of a function that is asked about an unknown id,
 * Pulumi's SDK forgets what it depends on.
 */
const unansweringVendors: pulumi.runtime.Mocks = {
  newResource: ({ name, inputs, custom }) => ({ id: custom ? `${name}_id` : undefined, state: inputs as Record<string, unknown> }),
  call: ({ token }) => {
    try {
      return unknownAnswer(token);
    } catch (error) {
      // Pulumi reports the `details` of a gRPC error, and drops the message.
      throw error instanceof Error ? Object.assign(error, { details: error.message }) : error;
    }
  },
};

function withoutStack(resources: readonly DeclaredResource[]): DeclaredResource[] {
  const seen = new Set<string>();
  return resources.flatMap((resource) => {
    if (seen.has(resource.urn)) {
      throw new Error(`CHI-G002 the program declares ${resource.urn} twice: give one of them another name`);
    }
    seen.add(resource.urn);
    if (resource.type === stackType) return [];
    if (resource.parent?.includes(`::${stackType}::`) !== true) return [resource];
    const { parent: _stack, ...root } = resource;
    return [root];
  });
}

function withVariable<T>(name: string, value: string, run: () => T): T {
  const before = process.env[name];
  process.env[name] = value;
  try {
    return run();
  } finally {
    if (before === undefined) delete process.env[name];
    else process.env[name] = before;
  }
}

/**
 * An error in an `apply` reaches no caller: it is an unhandled rejection, which would end the process with a stack trace, and what waits for
 * the value waits for ever.
 */
async function withoutLooseErrors<T>(run: () => Promise<T>): Promise<T> {
  let note: (error: unknown) => void = () => undefined;
  const loose = new Promise<never>((_, reject) => {
    note = reject;
  });
  process.on("unhandledRejection", note);
  try {
    // Rejections are reported at the end of a turn.
    const whole = run().then((result) => new Promise<T>((resolve) => setImmediate(resolve, result)));
    return await Promise.race([whole, loose]);
  } finally {
    process.off("unhandledRejection", note);
  }
}
