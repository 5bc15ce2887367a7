/**
 * A pack as serve.ts asks it, with @pulumi/policy's own judging code. `ServedPack` stands in for `PolicyPack` of @pulumi/policy (start.cjs).
 */
import { AnalyzeRequest, AnalyzerStackConfigureRequest, ConfigureAnalyzerRequest } from "@pulumi/pulumi/proto/analyzer_pb";
import { version } from "../../package.json";
import { judgesOf, type Judges } from "./judges";
import { readResource, readStack } from "./lean-messages";
import type { PackArguments } from "./pack";
import type { Judge } from "./pulumi-judging";
import { CallError, status } from "./unary-server";

const nothing = Buffer.alloc(0);

/** Takes and gives messages of analyzer.proto, as bytes. */
export interface LoadedPack {
  /** An `AnalyzerInfo`. */
  information(): Uint8Array;
  /** Of an `AnalyzerStackConfigureRequest`. */
  configureStack(request: Uint8Array): void;
  /** Of a `ConfigureAnalyzerRequest`. */
  configure(request: Uint8Array): void;
  analyze(request: Buffer): Uint8Array | Promise<Uint8Array>;
  analyzeStack(request: Buffer): Uint8Array | Promise<Uint8Array>;
}

const made: ServedPack[] = [];

/** What the pack's program made while it loaded. @throws when that is not one pack: another's policies would be asked of nothing */
export function servedPack(): LoadedPack {
  const [pack] = made;
  if (pack === undefined || made.length > 1) throw new Error(`its index.ts makes ${made.length} PolicyPacks; allowed: 1`);
  return pack;
}

/** `PolicyPack` of @pulumi/policy, as far as our packs use it. */
export class ServedPack implements LoadedPack {
  #judges: Judges;

  public constructor(
    private readonly name: string,
    private readonly args: PackArguments,
  ) {
    this.#judges = judgesOf(name, version, args);
    made.push(this);
  }

  public information(): Uint8Array {
    return this.#judges.information().serializeBinary();
  }

  /** Begins what policies prepare. What fails is asked for again, and told, when the stack is judged. */
  public configureStack(request: Uint8Array): void {
    const stack = AnalyzerStackConfigureRequest.deserializeBinary(request).getStack();
    for (const policy of this.args.policies) if ("validateStack" in policy) policy.prepare?.(stack).catch(() => undefined);
  }

  public configure(request: Uint8Array): void {
    this.#judges = judgesOf(this.name, version, this.args, ConfigureAnalyzerRequest.deserializeBinary(request));
  }

  public analyze(request: Buffer): Uint8Array | Promise<Uint8Array> {
    // Names stand in the bytes as they are.
    const judge = this.#judges.ofResource(typeOf(request), (name) => request.includes(name));
    return judge === undefined ? nothing : answerOf(judge, readResource(request));
  }

  public analyzeStack(request: Buffer): Uint8Array | Promise<Uint8Array> {
    return this.#judges.ofStack === undefined ? nothing : answerOf(this.#judges.ofStack, readStack(request));
  }
}

/** The type is the first field of an AnalyzeRequest (analyzer.proto), and the engine writes fields in order. */
export function typeOf(request: Buffer): string {
  const length = request[1] ?? 0;
  return request[0] === 0x0a && length < 0x80 && request.length >= 2 + length ? request.toString("utf8", 2, 2 + length) : AnalyzeRequest.deserializeBinary(request).getType();
}

function answerOf<Request>(judge: Judge<Request>, request: Request): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    judge({ request }, (error, response) => {
      if (error) reject(new CallError(status.unknown, said(error)));
      else resolve(response?.serializeBinary() ?? nothing);
    });
  });
}

/** The judging code puts its own line and a stack trace around what a policy throws; our own line is in it. */
function said({ message }: Error): string {
  return /CHI-P\d{3} [^\n]*/.exec(message)?.[0] ?? message;
}
