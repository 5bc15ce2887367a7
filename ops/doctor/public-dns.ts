import { promises as dns } from "node:dns";
import { delegationSigners } from "./delegation-signer";
import type { DelegationSigner, Facts, Read } from "./facts";

export interface Resolver {
  resolveNs(name: string): Promise<string[]>;
  delegationSigners(zone: string): Promise<Read<readonly DelegationSigner[]>>;
}

/**
 * Questions to this machine's resolver. One that does not know the zone's parent either sees no public DNS (a closed network), and its "there is
 * none" says nothing of the zone.
 */
export function publicDns(resolver: Resolver = { resolveNs: (name) => dns.resolveNs(name), delegationSigners }): Pick<Facts, "nameServers" | "delegationSigners"> {
  /** A name that does not exist has no servers; everything else that goes wrong is no answer. */
  async function serversOf(name: string): Promise<Read<readonly string[]>> {
    try {
      return { value: (await resolver.resolveNs(name)).sort() };
    } catch (error) {
      const { code = "unknown cause" } = error as NodeJS.ErrnoException;
      return code === "ENOTFOUND" || code === "ENODATA" ? { value: [] } : { unreadable: `the resolver gave no answer (${code})` };
    }
  }
  async function believed<T>(zone: string, read: Read<readonly T[]>): Promise<Read<readonly T[]>> {
    if (!("value" in read) || read.value.length > 0) return read;
    const parent = zone.replace(/^[^.]+\./, "");
    const control = await serversOf(parent);
    return "value" in control && control.value.length > 0 ? read : { unreadable: `this machine's resolver does not know "${parent}" either: it sees no public DNS` };
  }
  return {
    nameServers: async (zone) => believed(zone, await serversOf(zone)),
    delegationSigners: async (zone) => believed(zone, await resolver.delegationSigners(zone)),
  };
}
