import { policyCases } from "../least-privilege/testing/mutations";
import { addressesOverTls } from "./addresses-over-tls";

policyCases(addressesOverTls, {
  compliant: [
    { type: "vercel:index/projectRoute:ProjectRoute", name: "route", inputs: { route: { dest: "https://api.chisan.app/$1" } } },
    { type: "vercel:index/projectEnvironmentVariable:ProjectEnvironmentVariable", name: "variable", inputs: { key: "API_URL", value: "https://api.chisan.app" } },
    { type: "gcp:cloudrunv2/job:Job", name: "job", inputs: { template: { template: { containers: [{ envs: [{ name: "API_URL", value: "https://api.chisan.app" }] }] } } } },
    { type: "checkly:index/check:Check", name: "check", inputs: { request: { url: "https://api.chisan.app/health" } } },
  ],
  refused: [
    ["route", "route.dest", "http://api.chisan.app/$1", "route.dest begins with http://; allowed: a scheme of TLS"],
    ["variable", "value", "HTTP://api.chisan.app", "API_URL begins with HTTP://"],
    ["variable", "value", "redis://user:password@cache", "API_URL begins with redis://"],
    ["job", "template.template.containers[0].envs[0].value", "http://api.chisan.app", "API_URL begins with http://"],
    ["check", "request.url", "http://api.chisan.app", "request.url begins with http://"],
  ],
  allowed: [
    ["variable", "value", "http is a word"],
    ["variable", "value", undefined],
  ],
  undecided: [
    ["route", "route.dest"],
    ["variable", "value"],
  ],
});
