import type { JsonObject } from "../world/world";
import { parsePath } from "./property-path";
import { stackOf } from "./urn";
import { hasUnknown, type Properties } from "./wire";

/** Older connections are forgotten beyond this number. */
const most = 1000;

/**
 * What programs configured their providers with (a project, a region, a team).
 *
 * The protocol says it once for a connection and not again with each resource, so it is kept by the connection's peer; a
 * connection that was made anew falls back to the latest of its stack. Secrets (API tokens, which may be real ones) are never kept.
 */
export class Configurations {
  private readonly byPeer = new Map<string, JsonObject>();
  private readonly byStack = new Map<string, JsonObject>();

  remember(peer: string, packageName: string, providerUrn: string | undefined, { values, secretPaths }: Properties): void {
    const secret = new Set(secretPaths.map((path) => String(parsePath(path)[0])));
    const kept = Object.entries(values).filter(([key, value]) => !secret.has(key) && !looksLikeCredential(key) && !hasUnknown(value));
    const configuration = Object.fromEntries(kept.map(([key, value]) => [key, parsed(value as JsonObject[string])]));
    this.byPeer.delete(`${packageName} ${peer}`);
    this.byPeer.set(`${packageName} ${peer}`, configuration);
    if (providerUrn) this.byStack.set(`${packageName} ${stackOf(providerUrn)}`, configuration);
    const oldest = this.byPeer.keys().next();
    if (this.byPeer.size > most && !oldest.done) this.byPeer.delete(oldest.value);
  }

  of(peer: string, packageName: string, urn: string): JsonObject {
    return this.byPeer.get(`${packageName} ${peer}`) ?? this.byStack.get(`${packageName} ${stackOf(urn)}`) ?? {};
  }
}

function looksLikeCredential(key: string): boolean {
  return /token|key|secret|credential|password|email/i.test(key);
}

/** SDKs send nested settings of a provider (`defaultLabels`) as JSON text. */
function parsed(value: JsonObject[string]): JsonObject[string] {
  if (typeof value !== "string" || !/^[[{]/.test(value)) return value;
  try {
    return JSON.parse(value) as JsonObject;
  } catch {
    // A plain text that happens to begin with a bracket.
    return value;
  }
}
