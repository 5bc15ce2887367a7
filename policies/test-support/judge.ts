/**
 * Policies under test, behind the code that serves them to the engine (`@pulumi/policy/server`): requests are encoded and decoded, and unknown
 * values throw, as in a real preview.
 */
import type { RecordedResource } from "../../components/test-support/mocks";
import { asPulumi } from "../framework/pack";
import type { Exemptions } from "../framework/exemptions";
import type { Policy } from "../framework/policy";
import { makeAnalyzeRpcFun, makeAnalyzeStackRpcFun, unknownStringValue } from "../framework/pulumi-judging";

// eslint-disable-next-line @typescript-eslint/no-require-imports
const messages = require("@pulumi/pulumi/proto/analyzer_pb") as Record<string, new () => Message>;
// eslint-disable-next-line @typescript-eslint/no-require-imports
const { Struct } = require("google-protobuf/google/protobuf/struct_pb") as { Struct: { fromJavaScript(value: object): unknown } };

type Message = Record<string, (...values: unknown[]) => Message>;
type Handler = (call: { request: Message }, callback: (error: Error | null | undefined, response?: Answer) => void) => void;
interface Answer {
  getDiagnosticsList(): { getMessage(): string; getUrn(): string; getEnforcementlevel(): number; getPolicyname(): string }[];
}

/** A value that a preview does not know yet. */
export const unknown = unknownStringValue;

/** A resource for a policy: what `recordResources` gives, or the part of it that the policy reads. */
export type Fixture = Pick<RecordedResource, "type" | "name" | "inputs"> & Partial<Pick<RecordedResource, "parent" | "dependencies" | "protect">>;

export interface Judgement {
  /** `<logical name>: <message>` of each violation. */
  readonly violations: string[];
  /** `<policy> <logical name>` for what a preview could not decide, and for what is exempt. */
  readonly undecided: string[];
}

/** Asks one policy about resources, as the stack of that name, with the exemptions of a run if they are given. Rejects when the policy throws. */
export async function judge(policy: Policy, resources: readonly Fixture[], stack = "prod", exemptions?: Exemptions): Promise<Judgement> {
  const wire = resources.map((resource) => ({ resource, urn: urnOf(resource, stack) }));
  if (policy.kind === "stack") {
    const request = new messages["AnalyzeStackRequest"]!();
    const urns = new Map(wire.map(({ resource, urn }) => [resource.name, urn]));
    request["setResourcesList"]!(wire.map(({ resource, urn }) => described(new messages["AnalyzerResource"]!(), resource, urn, urns)));
    return judgement(await ask(makeAnalyzeStackRpcFun("test", "0.0.0", "mandatory", [asPulumi(policy, exemptions)]) as unknown as Handler, policy, request));
  }
  const handler = makeAnalyzeRpcFun("test", "0.0.0", "mandatory", [asPulumi(policy, exemptions)]) as unknown as Handler;
  const answers = await Promise.all(
    wire.map(({ resource, urn }) => ask(handler, policy, described(new messages["AnalyzeRequest"]!(), resource, urn))),
  );
  return judgement(answers.flat());
}

function described(message: Message, { type, name, inputs, parent, dependencies, protect }: Fixture, urn: string, urns?: ReadonlyMap<string, string>): Message {
  message["setType"]!(type);
  message["setUrn"]!(urn);
  message["setName"]!(name);
  message["setProperties"]!(Struct.fromJavaScript(JSON.parse(JSON.stringify(inputs)) as object));
  const options = new messages["AnalyzerResourceOptions"]!();
  options["setProtect"]!(protect ?? false);
  message["setOptions"]!(options);
  if (urns !== undefined) {
    if (parent !== undefined) message["setParent"]!(urns.get(parent) ?? "");
    message["setDependenciesList"]!((dependencies ?? []).flatMap((dependency) => urns.get(dependency) ?? []));
  }
  return message;
}

interface Diagnostic {
  name: string;
  policy: string;
  message: string;
  mandatory: boolean;
}

function ask(handler: Handler, policy: Policy, request: Message): Promise<Diagnostic[]> {
  return new Promise((resolve, reject) => {
    handler({ request }, (error, answer) => {
      if (error || answer === undefined) return reject(error ?? new Error("no answer"));
      const name = (urn: string) => urn.slice(urn.lastIndexOf("::") + 2);
      resolve(
        answer.getDiagnosticsList().map((found) => ({
          // A resource policy's diagnostics carry no URN: the engine knows which resource it asked about.
          name: name(found.getUrn() || String((request as unknown as { getUrn?(): string }).getUrn?.() ?? "")),
          policy: found.getPolicyname(),
          // The server puts the policy's description in front.
          message: found.getMessage().replace(`${policy.title}\n`, ""),
          mandatory: found.getEnforcementlevel() === 1,
        })),
      );
    });
  });
}

function judgement(found: readonly Diagnostic[]): Judgement {
  return {
    violations: found.filter(({ mandatory }) => mandatory).map(({ name, message }) => `${name}: ${message}`),
    undecided: found.filter(({ mandatory }) => !mandatory).map(({ policy, name }) => `${policy} ${name}`),
  };
}

function urnOf({ type, name }: Fixture, stack: string): string {
  return `urn:pulumi:${stack}::chisan::${type}::${name}`;
}
