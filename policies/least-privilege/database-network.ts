import { hasHostBits, isNotPublic, parseCidr } from "../../config/cidr";
import { resourcePolicy } from "../framework/policy";
import { jsonRecord, list, shown, text } from "./reading/properties";

/** An operator's office or VPN: 256 addresses; at IPv6 one site. The API's own addresses are single ones. */
const widest = { 4: 24, 6: 48 } as const;

export const databaseNetwork = resourcePolicy({
  id: "database-network",
  title: "The database is reached from our own addresses only",
  severity: "critical",
  section: "2.5",
  why: "Supabase admits the whole Internet unless it is told otherwise; then only the password stands before the data",
  remediation: "restore networkSettings() of components/database-settings.ts; narrow chisan:operatorCidrs",
  types: ["supabase:index/settings:Settings"],
  check: ({ props }, report) => {
    const network = jsonRecord(props["network"]);
    const restrictions = list(network?.["restrictions"]);
    if (restrictions.length === 0)
      return report(`network has ${network === undefined ? "no" : "empty"} restrictions; allowed: a list of our addresses`);
    for (const value of restrictions) {
      const range = parseCidr(text(value) ?? "");
      if (range === undefined || range.prefix < widest[range.version] || isNotPublic(range) || hasHostBits(range)) {
        report(
          `network.restrictions has ${shown(value)}; allowed: public ranges, no wider than /${widest[4]} (IPv4) and /${widest[6]} (IPv6)`,
        );
      }
    }
  },
});
