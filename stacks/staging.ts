import { differFrom } from "../config/environment-specification";
import { prod } from "./prod";

/** Pre-production: the same shape as prod, smaller, with no real person's data. */
export const staging = differFrom(
  prod,
  { stack: "staging", purpose: "Pre-production testing" },
  {
    appHost: { value: "staging.chisan.app", because: "its own address (section 1.1)" },
    apiHost: { value: "api-staging.chisan.app", because: "its own address, one level below the zone as prod's" },
    ownsZoneSettings: { value: false, because: "there is one zone for all environments; prod owns its settings" },
    ownsAccounts: { value: false, because: "the vendors' accounts are common to all environments; prod owns who is in them" },
    minimumInstances: { value: 0, because: "idle at night and at weekends; a cold start is acceptable to testers" },
    maximumInstances: { value: 2, because: "a handful of testers; a runaway loop must not cost like prod" },
    logLevel: { value: "debug", because: "section 6.5 has debug logs in staging, whose data are anonymized" },
    pullRequestPreviews: { value: true, because: "pull requests are previewed on staging (section 1.4)" },
    sampleData: { value: "anonymized prod copy", because: "the parity table (section 1.3)" },
    scheduledKinds: { value: ["daily"], because: "section 3.4 asks for the daily run; what is restored and drilled is prod's backup" },
    externalCheckMinutes: { value: 10, because: "nobody is woken for staging, and Checkly bills each run" },
    protectData: { value: false, because: "its data are a copy and can be made again; it is rebuilt from time to time to prove that it can" },
  },
);
