import type { Policy } from "../framework/policy";
import { alertsDeclared } from "./alerts-declared";
import { alertsReachPeople } from "./alerts-reach-people";
import { authDomain } from "./auth-domain";
import { completeVariables } from "./complete-variables";
import { healthProbes } from "./health-probes";
import { logLevelsOfSection65 } from "./log-levels";
import { node20 } from "./node-20";
import { postgres15 } from "./postgres-15";
import { rowLevelSecurity } from "./row-level-security";
import { sampleData } from "./sample-data";
import { supabaseFeatures } from "./supabase-features";
import { twinsAlike } from "./twins-alike";

/** The pack, in the order of docs/policies.md. */
export const environmentParity: readonly Policy[] = [
  postgres15,
  node20,
  supabaseFeatures,
  rowLevelSecurity,
  authDomain,
  completeVariables,
  logLevelsOfSection65,
  healthProbes,
  alertsDeclared,
  alertsReachPeople,
  sampleData,
  twinsAlike,
];
