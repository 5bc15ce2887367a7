/** Setting and removing an add-on of a Supabase project, so that it can be repeated at any point. */
import { VendorApiError } from "../vendor-api/client";
import { pollUntil } from "../vendor-api/clock";
import type { AddonType, ManagementApiClient } from "./management-api-client";

/**
 * Makes a variant the selected one, and waits until the vendor shows it. Nothing is asked for that is so already: a run that was
 * interrupted after the vendor's yes carries on here.
 *
 * @throws CHI-C636 when the vendor accepts it and does not show it
 */
export async function ensureAddon(client: ManagementApiClient, ref: string, type: AddonType, variant: string): Promise<void> {
  // A project that is starting, or changing another add-on, refuses.
  await client.healthyProject(ref);
  if ((await client.addon(ref, type)) === variant) return;
  await unlessDone(
    () => client.selectAddon(ref, type, variant),
    async () => (await client.addon(ref, type)) === variant,
  );
  await shown(client, `${variant} of project ${ref} was selected`, async () => (await client.addon(ref, type)) === variant);
}

/** Removes whatever variant is selected, and waits until the vendor shows none. No add-on, or no project, is success. */
export async function ensureNoAddon(client: ManagementApiClient, ref: string, type: AddonType): Promise<void> {
  const selected = await client.addon(ref, type);
  if (typeof selected !== "string") return;
  const gone = async (): Promise<boolean> => typeof (await client.addon(ref, type)) !== "string";
  await unlessDone(() => client.removeAddon(ref, selected), gone);
  await shown(client, `${selected} of project ${ref} was removed`, gone);
}

/** The vendor may refuse a request as superfluous that is the repetition of one whose answer was lost. */
async function unlessDone(request: () => Promise<void>, done: () => Promise<boolean>): Promise<void> {
  try {
    await request();
  } catch (error) {
    const superfluous = error instanceof VendorApiError && [400, 404, 409, 422].includes(error.status ?? 0);
    if (!superfluous || !(await done())) throw error;
  }
}

async function shown(client: ManagementApiClient, what: string, done: () => Promise<boolean>): Promise<void> {
  const { clock, visibleDeadline } = client.timing;
  const seen = await pollUntil(clock, visibleDeadline, async () => ((await done()) ? true : undefined));
  if (seen === undefined) {
    throw new VendorApiError(
      `CHI-C636 ${what}, but the vendor does not show it after ${visibleDeadline / 1000} s: look at the project's add-ons in its dashboard, then run the same command again`,
    );
  }
}
