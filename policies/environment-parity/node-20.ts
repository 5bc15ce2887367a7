import { resourcePolicy } from "../framework/policy";

/** Section 1.3. Said here a second time on purpose: a manifest (config/parity-manifest.ts) that moves must meet a rule that does not follow. */
const expected = "20.x";

/** What Node an API's image holds, no declared resource says: the image's build does (`engines`, checked where it is built). */
export const node20 = resourcePolicy({
  id: "node-20",
  title: "The web app is built and run on Node.js 20.x",
  severity: "high",
  section: "1.3",
  why: "what was tried on staging's version must be what prod runs; a project without a version gets the vendor's newest",
  remediation: "set nodeVersion to equalEverywhere.nodeVersion in components/web-app-inputs.ts",
  types: ["vercel:index/project:Project"],
  check: ({ props }, report) => {
    const found = props["nodeVersion"];
    if (found !== expected) report(`nodeVersion is ${found === undefined ? "not set" : String(found)}; allowed: ${expected}`);
  },
});
