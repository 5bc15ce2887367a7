import { independently, stackPolicy } from "../framework/policy";
import { record, shown } from "../least-privilege/reading/properties";

/** Vercel's and Cloudflare's authority, and Google's. */
const allowed = ["letsencrypt.org", "pki.goog"];

export const certificateAuthorities = stackPolicy({
  id: "certificate-authorities",
  title: "The zone names the authorities that may issue its certificates, and those alone",
  severity: "high",
  section: "2.5",
  why: "without CAA records any authority in the world may issue a certificate for our hosts to whoever convinces it",
  remediation: "restore caaRecordInputs() of components/dns-inputs.ts",
  check: (resources, report) => {
    // Who has the zone's settings has its authorities too.
    const [zone] = resources.filter(({ type }) => type === "cloudflare:index/zoneSetting:ZoneSetting");
    const records = resources.filter(({ type, props }) => type === "cloudflare:index/dnsRecord:DnsRecord" && props["type"] === "CAA");
    const near = records[0] ?? zone;
    if (near === undefined) return;
    const issuers = new Set<string>();
    let told = false;
    const checks = records.map((one) => () => {
      const data = record(one.props["data"]);
      const [tag, value] = [String(data["tag"]), String(data["value"])];
      if (tag === "iodef") {
        told = true;
        if (!/^mailto:[^@]+@[^@]+\.[a-z]+$/.test(value)) report(`iodef is ${shown(value)}; allowed: mailto: and an address`, one);
      } else if (!allowed.includes(value)) report(`${tag} names ${shown(value)}; allowed: ${allowed.join(", ")}`, one);
      else issuers.add(value);
    });
    independently(...checks);
    // Only when all are known: what is missing could be the one that is not.
    const missing = allowed.filter((issuer) => !issuers.has(issuer));
    if (missing.length > 0) report(`no CAA record names ${missing.join(", ")}; allowed: one for each of ${allowed.join(", ")}`, near);
    if (!told) report("no CAA record says whom an authority tells of a wrong request; allowed: one with iodef", near);
  },
});
