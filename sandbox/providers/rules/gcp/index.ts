/** Facts about the types of the Google provider, by service. */
import type { PackageFacts } from "../facts";
import { iamFacts } from "./iam";
import { identityFacts } from "./identity";
import { keysFacts } from "./keys";
import { loadBalancerFacts } from "./load-balancer";
import { loggingFacts } from "./logging";
import { monitoringFacts } from "./monitoring";
import { networkFacts } from "./network";
import { runFacts } from "./run";
import { securityPolicyFacts } from "./security-policy";
import { storageFacts } from "./storage";
import { urlMapFacts } from "./url-map";

export const gcpFacts: PackageFacts = {
  ...iamFacts,
  ...identityFacts,
  ...keysFacts,
  ...loadBalancerFacts,
  ...loggingFacts,
  ...monitoringFacts,
  ...networkFacts,
  ...runFacts,
  ...securityPolicyFacts,
  ...storageFacts,
  ...urlMapFacts,
};
