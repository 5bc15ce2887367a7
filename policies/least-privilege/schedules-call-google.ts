import { independently, resourcePolicy } from "../framework/policy";
import { hostOf } from "./reading/foreign-names";
import { record, shown, text } from "./reading/properties";

export const schedulesCallGoogle = resourcePolicy({
  id: "schedules-call-google",
  title: "A schedule sends its token over TLS, to Google's API or to a Cloud Run service",
  severity: "high",
  section: "2.5",
  why: "the token in the call is the schedule's identity: whoever receives it is that identity for an hour",
  remediation: "restore httpTarget.uri of components/scheduled-job-inputs.ts or components/metrics-exporter-inputs.ts",
  types: ["gcp:cloudscheduler/job:Job"],
  check: ({ props }, report) => {
    const target = record(props["httpTarget"]);
    const uri = text(target["uri"]) ?? "";
    const host = hostOf(uri) ?? "";
    independently(
      () => {
        if (!uri.startsWith("https://")) report(`httpTarget.uri is ${shown(target["uri"])}; allowed: https://…`);
      },
      () => {
        // An access token opens Google's APIs wherever it is shown; an identity token names who may accept it.
        const allowed = target["oauthToken"] !== undefined ? /^[a-z0-9-]+\.googleapis\.com$/ : /^[a-z0-9.-]+\.run\.app$/;
        if (!allowed.test(host)) report(`httpTarget.uri leads to ${shown(host)}; allowed: an API of Google's by access token, a Cloud Run service by identity token`);
      },
      () => {
        const audience = text(record(target["oidcToken"])["audience"]);
        if (audience !== undefined && hostOf(audience) !== host) report(`the identity token is for ${shown(audience)} and sent to ${shown(host)}; allowed: one address`);
      },
    );
  },
});
