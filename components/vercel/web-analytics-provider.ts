/** Web Analytics of a Vercel project: a switch of Vercel's API, of which its provider knows nothing. */
import { checkInputs } from "../dynamic/check-inputs";
import type { DynamicProvider } from "../dynamic/dynamic-resource";
import { pollUntil } from "../vendor-api/clock";
import { type ProjectPlace, VercelApiClient } from "./vercel-api-client";

export interface WebAnalyticsInputs {
  projectId: string;
  teamId: string;
}

/** @param connect how to reach the API; not called before it is needed, because `check` and `diff` work without it */
export function webAnalyticsProvider(connect: () => VercelApiClient): DynamicProvider<WebAnalyticsInputs> {
  return {
    async check(_olds, news) {
      const failures = checkInputs(
        { ...news },
        {
          projectId: (value) =>
            isId(value, "prj") ? undefined : `CHI-C647 is ${JSON.stringify(value)}: give the id of a vercel.Project, prj_<letters and digits>`,
          teamId: (value) =>
            isId(value, "team") ? undefined : `CHI-C648 is ${JSON.stringify(value)}: give the team's id (chisan:vercelTeamId), team_<letters and digits>`,
        },
      );
      return { inputs: news, failures };
    },

    async diff(_id, olds, news) {
      const replaces = (["projectId", "teamId"] as const).filter((property) => olds[property] !== news[property]);
      // Of one and the same project, what replaces must not be switched off by what it replaces.
      return { changes: replaces.length > 0, replaces, deleteBeforeReplace: olds.projectId === news.projectId };
    },

    async create({ projectId, teamId }) {
      const place = { projectId, teamId };
      await switchOn(connect(), place);
      return { id: idOf(place), outs: place };
    },

    async read(id, props) {
      const [teamId = "", projectId = ""] = String(id).split("/");
      const place = { projectId: props?.projectId ?? projectId, teamId: props?.teamId ?? teamId };
      // An empty id says that it is off, or the project gone: the next `up` switches it on again.
      if ((await connect().webAnalytics(place)) !== true) return { id: "" };
      return { id, props: place, inputs: place };
    },

    async delete(_id, { projectId, teamId }) {
      await switchOff(connect(), { projectId, teamId });
    },
  };
}

const idOf = ({ projectId, teamId }: ProjectPlace): string => `${teamId}/${projectId}/web-analytics`;

function isId(value: unknown, prefix: string): boolean {
  return typeof value === "string" && new RegExp(`^${prefix}_[A-Za-z0-9]+$`).test(value);
}

/** Nothing is asked for that is so already: a run that was interrupted after the vendor's yes carries on here. */
async function switchOn(client: VercelApiClient, place: ProjectPlace): Promise<void> {
  const { clock, visibleDeadline } = client.timing;
  // A project that was made a moment ago may not be visible everywhere.
  const before = await pollUntil(clock, visibleDeadline, () => client.webAnalytics(place));
  if (before === undefined) throw client.notVisible(place);
  if (before) return;
  await client.switchWebAnalytics(place, true);
  const seen = await pollUntil(clock, visibleDeadline, async () => ((await client.webAnalytics(place)) ? true : undefined));
  if (seen === undefined) throw client.notSwitched(place.projectId, true, `still shows it off after ${visibleDeadline / 1000} s`);
}

/** Off already, or no project, is success. */
async function switchOff(client: VercelApiClient, place: ProjectPlace): Promise<void> {
  const { clock, visibleDeadline } = client.timing;
  if ((await client.webAnalytics(place)) !== true) return;
  await client.switchWebAnalytics(place, false);
  const seen = await pollUntil(clock, visibleDeadline, async () => ((await client.webAnalytics(place)) ? undefined : true));
  if (seen === undefined) throw client.notSwitched(place.projectId, false, `still shows it on after ${visibleDeadline / 1000} s`);
}

export const provider = webAnalyticsProvider(() => VercelApiClient.fromEnvironment());
