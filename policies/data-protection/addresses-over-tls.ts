import { independently, resourcePolicy } from "../framework/policy";
import { eachContainerVariable, workloadTypes } from "../least-privilege/reading/containers";
import { record, text } from "../least-privilege/reading/properties";
import { eachVariable, nameOf, variableTypes } from "../least-privilege/reading/vercel-variables";

const route = "vercel:index/projectRoute:ProjectRoute";
const check = "checkly:index/check:Check";

/** Schemes without TLS. */
const inClear = /^(?:http|ws|ftp|redis|amqp|smtp|mqtt|ldap):\/\//i;

export const addressesOverTls = resourcePolicy({
  id: "addresses-over-tls",
  title: "Every address that a program, a route or a check is given begins with a scheme of TLS",
  severity: "high",
  section: "2.5",
  why: "what goes to it, sessions and keys among it, could be read and changed on the way",
  remediation: "write https:// (stacks/environment-values.ts; routes in components/web-app-inputs.ts)",
  types: [...workloadTypes, ...variableTypes, route, check],
  check: (resource, report) => {
    // Never the value: it may be a secret.
    const judge = (what: string, value: unknown): void => {
      const scheme = inClear.exec(text(value)?.trim() ?? "")?.[0];
      if (scheme !== undefined) report(`${what} begins with ${scheme}; allowed: a scheme of TLS, as https://`);
    };
    const { type, props } = resource;
    if (type === route) judge("route.dest", record(props["route"])["dest"]);
    else if (type === check) judge("request.url", record(props["request"])["url"]);
    else if (workloadTypes.includes(type)) eachContainerVariable(resource, (variable) => judge(String(variable["name"]), variable["value"]));
    else independently(() => eachVariable(resource, (variable) => judge(nameOf(variable), variable["value"])));
  },
});
