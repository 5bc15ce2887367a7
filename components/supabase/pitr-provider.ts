/**
 * Point-in-time recovery of a Supabase project: an add-on of the Management API, of which the Supabase provider knows nothing (design
 * fact 2). Removing it loses the history at once.
 */
import { checkInputs } from "../dynamic/check-inputs";
import type { DynamicProvider } from "../dynamic/dynamic-resource";
import { ensureAddon, ensureNoAddon } from "./addon";
import { ManagementApiClient } from "./management-api-client";
import { projectRefRule } from "./provider-inputs";

/** The days of history that the vendor sells. */
export const recoveryDays = [7, 14, 28] as const;
export type RecoveryDays = (typeof recoveryDays)[number];

export interface PitrInputs {
  projectRef: string;
  /** Days of history. */
  days: number;
}

/** @param connect how to reach the API; not called before it is needed, because `check` and `diff` work without it */
export function pitrProvider(connect: () => ManagementApiClient): DynamicProvider<PitrInputs> {
  return {
    async check(_olds, news) {
      const failures = checkInputs(
        { ...news },
        {
          projectRef: projectRefRule,
          days: (value) =>
            recoveryDays.some((days) => days === value)
              ? undefined
              : `CHI-C622 is ${JSON.stringify(value)}: Supabase keeps ${recoveryDays.join(", ")} days; correct pointInTimeRecoveryDays in stacks/`,
        },
      );
      return { inputs: news, failures };
    },

    async diff(_id, olds, news) {
      const replaces = olds.projectRef === news.projectRef ? [] : ["projectRef"];
      // The new project has its history before the old one loses its own.
      return { changes: replaces.length > 0 || olds.days !== news.days, replaces, deleteBeforeReplace: false };
    },

    async create({ projectRef, days }) {
      await ensureAddon(connect(), projectRef, "pitr", `pitr_${days}`);
      return { id: `${projectRef}/pitr`, outs: { projectRef, days } };
    },

    async read(id, props) {
      const projectRef = props?.projectRef ?? String(id).split("/")[0] ?? "";
      const variant = await connect().addon(projectRef, "pitr");
      // An empty id says that it is gone: the next `up` adds it again.
      if (typeof variant !== "string") return { id: "" };
      const found = { projectRef, days: Number(variant.slice("pitr_".length)) };
      return { id, props: found, inputs: found };
    },

    async update(_id, _olds, { projectRef, days }) {
      await ensureAddon(connect(), projectRef, "pitr", `pitr_${days}`);
      return { outs: { projectRef, days } };
    },

    async delete(_id, { projectRef }) {
      await ensureNoAddon(connect(), projectRef, "pitr");
    },
  };
}

export const provider = pitrProvider(() => ManagementApiClient.fromEnvironment());
