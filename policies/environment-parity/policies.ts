import type { Policy } from "../framework/policy";
import { authDomain } from "./auth-domain";
import { completeVariables } from "./complete-variables";
import { healthProbes } from "./health-probes";
import { logLevelsOfSection65 } from "./log-levels";
import { node20 } from "./node-20";
import { postgres15 } from "./postgres-15";
import { rowLevelSecurity } from "./row-level-security";
import { sampleData } from "./sample-data";
import { supabaseFeatures } from "./supabase-features";

/**
 * The pack, in the order of docs/policies.md.
 *
 * That every resource has its twin in the other environments is no policy here, but `npx chisan parity`: it runs the programs of three stacks,
 * about as long as a whole preview, and no single run of the engine sees more than one stack. `npm test` enforces it
 * (ops/parity/parity.test.ts), on every change and before any `up`.
 */
export const environmentParity: readonly Policy[] = [
  postgres15,
  node20,
  supabaseFeatures,
  rowLevelSecurity,
  authDomain,
  completeVariables,
  logLevelsOfSection65,
  healthProbes,
  sampleData,
];
