/**
 * Serves a pack to the engine, in place of @pulumi/policy's own `serve` and with its judging code. What differs is what is not done: Remediate,
 * which the engine calls for every resource of every pack and none of our policies has, is answered without reading the question, and so is
 * Analyze for a type that no policy of the pack looks at.
 */
import { AnalyzeRequest, AnalyzeStackRequest, AnalyzerStackConfigureRequest, ConfigureAnalyzerRequest, type AnalyzeResponse } from "@pulumi/pulumi/proto/analyzer_pb";
import { version } from "../../package.json";
import { judgesOf, type Judges } from "./judges";
import type { PackArguments } from "./pack";
import type { Judge } from "./pulumi-judging";
import { CallError, serveUnary, status, type Method } from "./unary-server";

const nothing = Buffer.alloc(0);
const service = (methods: Readonly<Record<string, Method>>) => new Map(Object.entries(methods).map(([name, method]) => [`/pulumirpc.Analyzer/${name}`, method]));

/** `PolicyPack` of @pulumi/policy, as far as our packs use it. */
export class ServedPack {
  public constructor(name: string, args: PackArguments) {
    let judges = judgesOf(name, version, args);
    listen(
      service({
        // Nothing in their questions matters to a policy, and an empty message is each one's answer.
        Handshake: () => nothing,
        ConfigureStack: (request) => {
          prepare(args, AnalyzerStackConfigureRequest.deserializeBinary(request).getStack());
          return nothing;
        },
        GetPluginInfo: () => nothing,
        Cancel: () => nothing,
        GetAnalyzerInfo: () => judges.information().serializeBinary(),
        Configure: (request) => {
          judges = judgesOf(name, version, args, ConfigureAnalyzerRequest.deserializeBinary(request));
          return nothing;
        },
        Remediate: () => nothing,
        Analyze: (request) => analyze(judges, request),
        AnalyzeStack: (request) => (judges.ofStack === undefined ? nothing : answerOf(judges.ofStack, stackRequest(request))),
      }),
    );
  }
}

/** Answers the engine's questions with what is wrong, in one line: a pack that does not load must not count as one without policies. */
export function serveFailure(message: string): void {
  const refuse = () => {
    throw new CallError(status.failedPrecondition, message);
  };
  listen(service({ Handshake: () => nothing, ConfigureStack: refuse, GetAnalyzerInfo: refuse, Remediate: refuse, Analyze: refuse, AnalyzeStack: refuse }));
}

/** What fails is asked for again, and told, when the stack is judged. */
function prepare({ policies }: PackArguments, stack: string): void {
  for (const policy of policies) if ("validateStack" in policy) policy.prepare?.(stack).catch(() => undefined);
}

function analyze(judges: Judges, request: Buffer): Uint8Array | Promise<Uint8Array> {
  const judge = judges.ofType(typeOf(request));
  return judge === undefined ? nothing : answerOf(judge, resourceRequest(request));
}

function resourceRequest(bytes: Buffer): AnalyzeRequest {
  const request = AnalyzeRequest.deserializeBinary(bytes);
  readOnce(request);
  return request;
}

function stackRequest(bytes: Buffer): AnalyzeStackRequest {
  const request = AnalyzeStackRequest.deserializeBinary(bytes);
  request.getResourcesList().forEach(readOnce);
  return request;
}

/**
 * The judging code turns a resource's properties, and its provider's, into JavaScript for each policy anew. It makes its own copy of the result, so that
 * one result serves all; and none of our policies sees a provider (pack.ts).
 */
function readOnce(resource: Pick<AnalyzeRequest, "getProperties" | "clearProvider">): void {
  resource.clearProvider();
  const properties = resource.getProperties();
  if (properties === undefined) return;
  const read = properties.toJavaScript.bind(properties);
  let known: ReturnType<typeof read> | undefined;
  properties.toJavaScript = () => (known ??= read());
}

/** The type is the first field of an AnalyzeRequest (analyzer.proto), and the engine writes fields in order. */
export function typeOf(request: Buffer): string {
  const length = request[1] ?? 0;
  return request[0] === 0x0a && length < 0x80 ? request.toString("utf8", 2, 2 + length) : AnalyzeRequest.deserializeBinary(request).getType();
}

function answerOf<Request>(judge: Judge<Request>, request: Request): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    judge({ request }, (error, response: AnalyzeResponse | undefined) => {
      if (error) reject(new CallError(status.unknown, said(error)));
      else resolve(response?.serializeBinary() ?? nothing);
    });
  });
}

/** The judging code puts its own line and a stack trace around what a policy throws; our own line is in it. */
function said({ message }: Error): string {
  return /CHI-P\d{3} [^\n]*/.exec(message)?.[0] ?? message;
}

function listen(methods: ReadonlyMap<string, Method>): void {
  void serveUnary(methods).then(({ port }) => {
    // The engine reads the port from the first line of the output.
    process.stdout.write(`${port}\n`);
  });
}
