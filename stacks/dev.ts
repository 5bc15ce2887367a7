import { differFrom } from "../config/environment-specification";
import { prod } from "./prod";

/** A developer's own machine: no cloud at all. */
export const dev = differFrom(
  prod,
  { stack: "dev", purpose: "Local development" },
  {
    hosting: { value: "local", because: "developers work without an account or a network" },
    appHost: { value: "localhost:3000", because: "the Next.js development server (section 1.1)" },
    apiHost: { value: "localhost:4000", because: "the NestJS development server (section 2.3)" },
    dnsRecords: { value: "none", because: "nothing outside the machine refers to it" },
    ownsZoneSettings: { value: false, because: "it has no zone" },
    gcpBackupRegion: { value: null, because: "it is in no region" },
    minimumInstances: { value: 0, because: "it runs in no cloud" },
    logLevel: { value: "debug", because: "section 6.5: debug logs are for development" },
    webBranch: { value: null, because: "it is not deployed from git" },
    databaseCompute: { value: "micro", because: "a container on the developer's machine, without Supabase's sizes" },
    pointInTimeRecoveryDays: { value: null, because: "seed data can be made again at any time" },
    sampleData: { value: "seed", because: "the parity table (section 1.3)" },
    authDomain: { value: "any Google", because: "the parity table (section 1.3)" },
    protectData: { value: false, because: "seed data can be made again at any time" },
  },
);
