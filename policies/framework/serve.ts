/**
 * Serves a pack to the engine, in place of @pulumi/policy's own `serve`. The engine starts the program when it has a pack's description and has
 * configured it, so nothing of the pack is loaded before that if its description is known from an earlier run; the policies load while the
 * program does. Remediate is not served: the engine calls it for every resource of every pack, none of our policies has any, and takes
 * "unimplemented" for that (pkg/resource/plugin/analyzer_plugin.go, `Remediate`).
 */
import type { LoadedPack } from "./served-pack";
import type { KeptInformation } from "./kept-information";
import { CallError, serveUnary, status, type Method } from "./unary-server";

const nothing = Buffer.alloc(0);
const path = (method: string) => `/pulumirpc.Analyzer/${method}`;

/** How long an engine that configures nothing is waited for, milliseconds: the pack is loaded then. */
const patience = 100;

/**
 * Listens on a free port and says it, as the engine expects of a plugin.
 *
 * @param load loads the pack; what it throws is each question's answer, so that a pack that does not load never counts as one without policies
 */
export function servePack(load: () => LoadedPack, kept: KeptInformation): Promise<{ port: number; close(): void }> {
  const pack = new LazyPack(load, kept);
  const methods: Record<string, Method> = {
    // Nothing in their questions matters to a policy, and an empty message is each one's answer.
    Handshake: () => nothing,
    GetPluginInfo: () => nothing,
    Cancel: () => nothing,
    ConfigureStack: (request) => pack.configureStack(request),
    GetAnalyzerInfo: () => pack.information(),
    Configure: (request) => pack.configure(request),
    Analyze: (request) => pack.loaded().analyze(request),
    AnalyzeStack: (request) => pack.loaded().analyzeStack(request),
  };
  return serveUnary(new Map(Object.entries(methods).map(([name, method]) => [path(name), method])), (answered) => {
    if (answered === path("GetAnalyzerInfo")) setTimeout(() => pack.loadAhead(), patience);
    if (answered === path("Configure")) setImmediate(() => pack.loadAhead());
  });
}

class LazyPack implements Pick<LoadedPack, "information"> {
  #loaded?: LoadedPack;
  #failure?: CallError;
  readonly #information: Uint8Array | undefined;
  #toldOfStack?: Buffer;
  #configuration?: Buffer;

  public constructor(
    private readonly load: () => LoadedPack,
    private readonly kept: KeptInformation,
  ) {
    this.#information = kept.read();
    if (this.#information === undefined) this.loadAhead();
  }

  /** @throws {CallError} what was wrong when it was loaded, each time */
  public loaded(): LoadedPack {
    if (this.#failure !== undefined) throw this.#failure;
    if (this.#loaded !== undefined) return this.#loaded;
    try {
      const loaded = this.load();
      this.#compare(loaded.information());
      if (this.#configuration !== undefined) loaded.configure(this.#configuration);
      if (this.#toldOfStack !== undefined) loaded.configureStack(this.#toldOfStack);
      if (this.#information === undefined) this.kept.write(loaded.information());
      return (this.#loaded = loaded);
    } catch (error) {
      throw (this.#failure = new CallError(status.failedPrecondition, error instanceof Error ? error.message : String(error)));
    }
  }

  /** The engine makes the policies' levels and settings of what it was told. @throws when that is not what the policies say now */
  #compare(information: Uint8Array): void {
    if (this.#information === undefined || Buffer.compare(this.#information, information) === 0) return;
    this.kept.forget();
    throw new Error("CHI-P006 the policies are others than those that were told to the engine, kept from an earlier run: run the same command again");
  }

  /** What is wrong is told when the engine asks. */
  public loadAhead(): void {
    try {
      this.loaded();
    } catch {
      // Kept, for each question that follows.
    }
  }

  public information(): Uint8Array {
    if (this.#failure !== undefined) throw this.#failure;
    return this.#information ?? this.loaded().information();
  }

  public configureStack(request: Buffer): Uint8Array {
    if (this.#failure !== undefined) throw this.#failure;
    this.#toldOfStack = request;
    this.#loaded?.configureStack(request);
    return nothing;
  }

  public configure(request: Buffer): Uint8Array {
    if (this.#failure !== undefined) throw this.#failure;
    this.#configuration = request;
    this.#loaded?.configure(request);
    return nothing;
  }
}
