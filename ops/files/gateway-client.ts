/** The operator's requests to the files gateway (workers/files-gateway). */
import { setTimeout as sleep } from "node:timers/promises";
import { type PresentFile, type VaultObject } from "../../workers/file-versions/history";
import { signedAddress } from "../../workers/file-versions/signature";
import type { HistoryPage, PresentPage } from "../../workers/files-gateway/reads";
import type { FilesAccess } from "../connections/files-access";

/** One file, or all whose keys begin with a prefix. */
export type Which = { readonly key: string } | { readonly prefix: string };

/** Seconds that a request's signature lives; a retry is sent with the same one, so that a write is carried out once. */
const life = 120;
const attempts = 4;

export class GatewayClient {
  public constructor(
    private readonly access: FilesAccess,
    private readonly send: typeof fetch = fetch,
    /** Milliseconds before the first retry; doubled with each. */
    private readonly firstPause = 500,
    /** Ends what is asked, with the signal's reason. */
    private readonly signal?: AbortSignal,
  ) {}

  /** The vault's entries. */
  public async *history(which: Which): AsyncGenerator<VaultObject[]> {
    for await (const page of this.pages<HistoryPage>("/history", which, ({ objects }) => objects.at(-1)?.name)) {
      yield page.objects.map(({ name, copied, size }) => ({ name, copied: new Date(copied), size }));
    }
  }

  /** The files as they are. */
  public async *present(which: Which): AsyncGenerator<(PresentFile & { readonly key: string })[]> {
    for await (const page of this.pages<PresentPage>("/present", which, ({ files }) => files.at(-1)?.key)) {
      yield page.files.map(({ key, etag, uploaded, size }) => ({ key, etag, uploaded: new Date(uploaded), size }));
    }
  }

  /** @param ifPresent the etag that the file must have, or "absent" */
  public async restore(key: string, version: string, ifPresent: string): Promise<void> {
    await this.call("POST", "/restore", { key, version, if: ifPresent });
  }

  public async delete(key: string, ifPresent: string): Promise<void> {
    await this.call("DELETE", "/files", { key, if: ifPresent });
  }

  private async *pages<Page extends { readonly truncated: boolean }>(path: string, which: Which, last: (page: Page) => string | undefined): AsyncGenerator<Page> {
    for (let after: string | undefined; ; ) {
      const page = (await this.call("GET", path, { ...which, ...(after === undefined ? {} : { after }) })) as Page;
      yield page;
      after = last(page);
      if (!page.truncated || after === undefined) return;
    }
  }

  /** @throws CHI-F101 when the gateway cannot be reached or fails, CHI-F102 when it refuses: with its own line */
  private async call(method: string, path: string, parameters: Record<string, string>): Promise<unknown> {
    const { url: base, operatorKey } = this.access;
    const now = new Date(Date.now() + (this.access.clockAhead ?? 0) * 1000);
    const address = await signedAddress({ method, base, path, parameters, scope: "operator", life, now }, operatorKey);
    let problem = "";
    for (let attempt = 0; attempt < attempts; attempt += 1) {
      if (attempt > 0) await sleep(this.firstPause * 2 ** (attempt - 1), undefined, { signal: this.signal });
      const answer = await this.send(address, { method, signal: this.signal }).catch((error: unknown) => {
        this.signal?.throwIfAborted();
        // The address is in no message: it carries a signature.
        problem = (error as { cause?: { code?: string } }).cause?.code ?? "no answer";
      });
      if (answer === undefined) continue;
      if (answer.ok) return answer.json();
      const said = ((await answer.json().catch(() => ({}))) as { error?: string }).error ?? `status ${answer.status}`;
      if (answer.status < 500 && answer.status !== 429) throw new Error(`CHI-F102 the files gateway refuses ${method} ${path}: ${said}`);
      problem = said;
    }
    throw new Error(`CHI-F101 the files gateway ${base} does not answer ${method} ${path} (${problem}): look at its Worker, then run the same command again`);
  }
}
