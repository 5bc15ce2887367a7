import { schedulesCallGoogle } from "./schedules-call-google";
import { policyCases } from "./testing/mutations";

const schedule = (name: string, httpTarget: object) => ({ type: "gcp:cloudscheduler/job:Job", name, inputs: { httpTarget } });

policyCases(schedulesCallGoogle, {
  compliant: [
    schedule("job", { uri: "https://run.googleapis.com/v2/projects/p/locations/l/jobs/j:run", oauthToken: { serviceAccountEmail: "a" } }),
    schedule("service", { uri: "https://exporter-abc-du.a.run.app/export", oidcToken: { audience: "https://exporter-abc-du.a.run.app", serviceAccountEmail: "a" } }),
  ],
  refused: [
    ["job", "httpTarget.uri", "http://run.googleapis.com/v2", "allowed: https://…"],
    ["job", "httpTarget.uri", "https://elsewhere.example.com/", 'leads to "elsewhere.example.com"'],
    ["job", "httpTarget.uri", "https://run.googleapis.com@elsewhere.example.com/", 'leads to "elsewhere.example.com"'],
    ["job", "httpTarget.uri", "https://run.googleapis.com.example.com/", "leads to"],
    ["job", "httpTarget.uri", "https://exporter-abc-du.a.run.app/", "by access token"],
    ["job", "httpTarget.uri", undefined, "httpTarget.uri is nothing"],
    ["service", "httpTarget.uri", "https://another-abc-du.a.run.app/export", "allowed: one address"],
    ["service", "httpTarget.oidcToken.audience", "https://another-abc-du.a.run.app", "allowed: one address"],
  ],
  undecided: [
    ["job", "httpTarget.uri"],
    ["service", "httpTarget.oidcToken.audience"],
  ],
});
