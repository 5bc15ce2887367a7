import { databaseNetwork } from "./database-network";
import { policyCases } from "./testing/mutations";

const network = (...restrictions: string[]) => JSON.stringify({ restrictions });

policyCases(databaseNetwork, {
  compliant: [
    {
      type: "supabase:index/settings:Settings",
      name: "settings",
      inputs: { network: network("203.0.113.10/32", "198.51.100.0/24", "2001:db8:1::/48") },
    },
  ],
  refused: [
    ["settings", "network", undefined, "network has no restrictions"],
    ["settings", "network", "{", "network has no restrictions"],
    ["settings", "network", network(), "network has empty restrictions"],
    ...["0.0.0.0/0", "::/0", "203.0.0.0/16", "2001:db8::/32", "10.0.0.1/32", "203.0.113.7/24", "anywhere"].map(
      (range) =>
        ["settings", "network", network("203.0.113.10/32", range), `network.restrictions has "${range}"; allowed: public ranges`] as const,
    ),
  ],
  undecided: [["settings", "network"]],
});
