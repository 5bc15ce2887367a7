/** Facts about the types of the Cloudflare provider, by service. */
import type { PackageFacts } from "../facts";
import { accountsFacts } from "./accounts";
import { loadBalancingFacts } from "./load-balancing";
import { notificationsFacts } from "./notifications";
import { r2Facts } from "./r2";
import { rulesetFacts } from "./ruleset";
import { workersFacts } from "./workers";
import { zonesFacts } from "./zones";

export const cloudflareFacts: PackageFacts = {
  ...accountsFacts,
  ...loadBalancingFacts,
  ...notificationsFacts,
  ...r2Facts,
  ...rulesetFacts,
  ...workersFacts,
  ...zonesFacts,
};
