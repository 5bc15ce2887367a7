/**
 * The dedicated IPv4 address of a Supabase project: an add-on of the Management API, like PITR.
 *
 * `db.<ref>.supabase.co` has an IPv6 address only, unless this add-on is selected; Cloud Run leaves through Cloud NAT, which is IPv4.
 */
import { checkInputs } from "../dynamic/check-inputs";
import type { DynamicProvider } from "../dynamic/dynamic-resource";
import { ensureAddon, ensureNoAddon } from "./addon";
import { ManagementApiClient } from "./management-api-client";
import { projectRefRule } from "./provider-inputs";

export interface Ipv4Inputs {
  projectRef: string;
}

/** @param connect how to reach the API; not called before it is needed */
export function ipv4Provider(connect: () => ManagementApiClient): DynamicProvider<Ipv4Inputs> {
  return {
    async check(_olds, news) {
      return { inputs: news, failures: checkInputs({ ...news }, { projectRef: projectRefRule }) };
    },

    async diff(_id, olds, news) {
      const replaces = olds.projectRef === news.projectRef ? [] : ["projectRef"];
      return { changes: replaces.length > 0, replaces, deleteBeforeReplace: false };
    },

    async create({ projectRef }) {
      await ensureAddon(connect(), projectRef, "ipv4", "ipv4_default");
      return { id: `${projectRef}/ipv4`, outs: { projectRef } };
    },

    async read(id, props) {
      const projectRef = props?.projectRef ?? String(id).split("/")[0] ?? "";
      const variant = await connect().addon(projectRef, "ipv4");
      return typeof variant === "string" ? { id, props: { projectRef }, inputs: { projectRef } } : { id: "" };
    },

    async delete(_id, { projectRef }) {
      await ensureNoAddon(connect(), projectRef, "ipv4");
    },
  };
}

export const provider = ipv4Provider(() => ManagementApiClient.fromEnvironment());
