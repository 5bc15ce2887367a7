/** What can be reached. */
import type { Generators } from "../generators";
import { of, service, settings, variable, web } from "../places";
import { addedWays } from "../types-to-add";

const armor = "gcp:compute/securityPolicy:SecurityPolicy";

export const reachableMutants: Generators = {
  "closed-ingress": ({ prod }) => of(prod, [service], ["ingress"], [undefined, "INGRESS_TRAFFIC_ALL"]),

  "one-open-invoker": ({ prod }) =>
    prod
      .ofType(service)
      .flatMap((each) =>
        each.inputs["invokerIamDisabled"] === true
          ? prod.set(each, ["ingress"], [undefined, "INGRESS_TRAFFIC_ALL", "INGRESS_TRAFFIC_INTERNAL_ONLY"])
          : prod.set(each, ["invokerIamDisabled"], [true]),
      ),

  "behind-cloud-armor": ({ prod }) => of(prod, ["gcp:compute/backendService:BackendService"], ["securityPolicy"], [undefined, ""]),

  "armor-denies-by-default": ({ prod }) =>
    prod.ofType(armor).flatMap((policy) => {
      const rules = policy.inputs["rules"] as { action: string; priority: number; match: { config?: { srcIpRanges: string[] } } }[];
      const inPreview = rules.flatMap((_, at) => prod.set(policy, ["rules", at, "preview"], [true]));
      const admitting = rules.flatMap((rule, at) => {
        if (rule.priority === 2_147_483_647)
          return [
            ...prod.set(policy, ["rules", at, "action"], ["allow", "throttle"]),
            ...prod.set(policy, ["rules", at], [undefined]),
            ...prod.set(policy, ["rules", at, "priority"], [2_147_483_646]),
          ];
        if (rule.action !== "allow") return prod.set(policy, ["rules", at, "action"], ["allow"]);
        const ranges = rule.match.config?.srcIpRanges ?? [];
        return [
          ...prod.set(
            policy,
            ["rules", at, "match", "config", "srcIpRanges", ranges.length],
            ["0.0.0.0/0", "*", "::/0", "0.0.0.0/1", "128.0.0.0/2", "2000::/3"],
          ),
          ...prod.set(policy, ["rules", at, "match", "config", "srcIpRanges"], [["*"]]),
          ...prod.set(policy, ["rules", at, "match"], [{ expr: { expression: "true" } }]),
        ];
      });
      return [...inPreview, ...admitting];
    }),

  "database-network": ({ prod }) =>
    prod
      .ofType(settings)
      .flatMap((each) => [
        ...prod.set(each, ["network"], [undefined, "", "{}", "[]"]),
        ...prod.setInJson(
          each,
          "network",
          ["restrictions"],
          [undefined, [], ["0.0.0.0/0"], ["203.0.113.10/32", "0.0.0.0/0"], ["::/0"], ["203.0.0.0/16"], ["10.0.0.0/24"], ["203.0.113.10/1"]],
        ),
      ]),

  "sign-in-returns-home": ({ prod, staging }) =>
    [prod, staging].flatMap((program) =>
      program
        .ofType(settings)
        .flatMap((one) => [
          ...program.setInJson(
            one,
            "auth",
            ["uri_allow_list"],
            [
              undefined,
              "**",
              "https://elsewhere.example.com/**",
              "http://app.chisan.app/auth/callback",
              "https://*.chisan.app/auth/callback",
              `${String((JSON.parse(String(one.inputs["auth"])) as { uri_allow_list: string }).uri_allow_list)},https://elsewhere.example.com/`,
            ],
          ),
          ...program.setInJson(
            one,
            "auth",
            ["site_url"],
            [undefined, "https://elsewhere.example.com", "http://app.chisan.app", "https://api.chisan.app"],
          ),
          ...["github", "azure", "apple"].flatMap((name) => program.setInJson(one, "auth", [`external_${name}_enabled`], [true])),
        ]),
    ),

  "worker-not-public": ({ prod }) => [
    ...of(prod, ["cloudflare:index/workersScriptSubdomain:WorkersScriptSubdomain"], ["enabled"], [true, undefined]),
    ...of(prod, ["cloudflare:index/workersScriptSubdomain:WorkersScriptSubdomain"], ["previewsEnabled"], [true]),
  ],

  "no-preview-of-real-data": ({ prod }) => [
    ...of(prod, [web], ["previewDeploymentsDisabled"], [false, undefined]),
    ...of(prod, [variable], ["targets"], [["preview"], ["production", "preview"]]),
    ...of(prod, [variable], ["customEnvironmentIds"], [["env_1"]]),
    prod.added("vercel:index/customEnvironment:CustomEnvironment", { name: "qa" }),
  ],

  "preview-protection": ({ prod, staging }) =>
    [prod, staging].flatMap((program) => [
      ...of(program, [web], ["gitForkProtection"], [false, undefined]),
      ...of(program, [web], ["vercelAuthentication"], [undefined]),
      ...of(program, [web], ["vercelAuthentication", "deploymentType"], ["none", "only_production_deployments"]),
      ...of(program, [web], ["publicSource"], [true]),
      ...of(program, [web], ["automaticallyExposeSystemEnvironmentVariables"], [true]),
    ]),

  "preview-reaches-own-environment": ({ prod, staging }) => {
    const others = [
      "https://app.chisan.app",
      "https://api.chisan.app/v1",
      "chisan-files",
      "chisan-files-vault",
      "chisan-backups",
      "s3://chisan-backups/database",
      "chisan-prod-database-url",
      "https://elsewhere.example.com",
    ];
    return [
      ...staging
        .ofType(variable)
        .filter(({ inputs }) => (inputs["targets"] as string[]).includes("preview"))
        .flatMap((each) => staging.set(each, ["value"], others)),
      ...of(
        staging,
        ["vercel:index/projectRoute:ProjectRoute"],
        ["route", "dest"],
        ["https://api.chisan.app/$1", "https://elsewhere.example.com/$1"],
      ),
      ...of(
        prod,
        ["vercel:index/projectRoute:ProjectRoute"],
        ["route", "dest"],
        ["https://api-staging.chisan.app/$1", "https://elsewhere.example.com/$1"],
      ),
    ];
  },

  "no-way-round-protection": ({ prod }) => addedWays(prod),
};
