import { policyCases } from "../least-privilege/testing/mutations";
import { certificateAuthorities } from "./certificate-authorities";

const caa = (name: string, tag: string, value: string) => ({ type: "cloudflare:index/dnsRecord:DnsRecord", name, inputs: { type: "CAA", data: { flags: 0, tag, value } } });

policyCases(certificateAuthorities, {
  compliant: [caa("letsencrypt", "issue", "letsencrypt.org"), caa("google", "issue", "pki.goog"), caa("report", "iodef", "mailto:security@chisanpaper.com"), { type: "cloudflare:index/dnsRecord:DnsRecord", name: "a", inputs: { type: "A" } }],
  refused: [
    ["google", "data.value", "elsewhere.example.com", 'issue names "elsewhere.example.com"; allowed: letsencrypt.org, pki.goog'],
    ["google", "data.value", "letsencrypt.org", "no CAA record names pki.goog"],
    ["google", "data.tag", "iodef", 'iodef is "pki.goog"; allowed: mailto:'],
    ["report", "type", "TXT", "no CAA record says whom an authority tells"],
    ["report", "data.value", undefined, 'iodef is "undefined"'],
  ],
  undecided: [["google", "data.value"]],
});
