/** What others must not read: buckets, connections, secrets. */
import type { Generators } from "../generators";
import type { RecordedResource } from "../../../../components/test-support/mocks";
import type { Mutant, Program } from "../../mutant";
import { at, containers, isSensitive, job, of, r2Bucket, rulesOf, secret, service, settings, variable, variables, version } from "../places";

const database = "supabase:index/project:Project";
const setting = "cloudflare:index/zoneSetting:ZoneSetting";

export const closedMutants: Generators = {
  "no-public-bucket": ({ prod }) => [
    ...of(prod, ["cloudflare:index/r2ManagedDomain:R2ManagedDomain"], ["enabled"], [true, undefined]),
    ...prod.ofType(r2Bucket).map(({ inputs }) =>
      prod.added("cloudflare:index/r2CustomDomain:R2CustomDomain", {
        bucketName: inputs["name"],
        domain: "files.chisan.app",
        enabled: true,
      }),
    ),
    ...prod
      .ofType("cloudflare:index/r2BucketCors:R2BucketCors")
      .flatMap((one) =>
        rulesOf(one).flatMap((rule) => [
          ...prod.set(one, [...rule, "allowed", "origins"], [["*"], ["https://*"], ["http://app.chisan.app"], ["null"]]),
          ...prod.set(one, [...rule, "allowed", "origins", 1], ["*", "https://*.chisan.app"]),
        ]),
      ),
    ...(
      [
        ["publicAccessPrevention", "inherited"],
        ["publicAccessPrevention", undefined],
        ["uniformBucketLevelAccess", false],
        ["uniformBucketLevelAccess", undefined],
      ] as const
    ).map(([property, value]) =>
      prod.added("gcp:storage/bucket:Bucket", { publicAccessPrevention: "enforced", uniformBucketLevelAccess: true, [property]: value }),
    ),
  ],

  "database-tls": ({ prod }) => [
    ...of(prod, [settings], ["sslEnforcement"], [false, undefined]),
    ...prod
      .ofType(version)
      .filter(({ inputs }) => String(inputs["secretData"]).startsWith("postgres"))
      .flatMap((one) => {
        const address = String(one.inputs["secretData"]);
        return ["", "?sslmode=disable", "?sslmode=allow", "?sslmode=prefer", "?sslmode=require&sslmode=disable"].flatMap((query) =>
          prod.set(one, ["secretData"], [address.replace(/\?.*$/, query)], `the query is "${query}"`),
        );
      }),
  ],

  "tls-minimum": ({ prod }) => [
    ...of(prod, ["gcp:compute/sSLPolicy:SSLPolicy"], ["minTlsVersion"], [undefined, "TLS_1_0", "TLS_1_1"]),
    ...of(prod, ["gcp:compute/sSLPolicy:SSLPolicy"], ["profile"], [undefined, "COMPATIBLE", "CUSTOM"]),
    ...of(prod, ["gcp:compute/targetHttpsProxy:TargetHttpsProxy"], ["sslPolicy"], [undefined, ""]),
    ...of(prod, ["gcp:compute/globalForwardingRule:GlobalForwardingRule"], ["portRange"], [undefined, "80", "1-65535", "443-444"]),
    ...prod.ofType(setting).flatMap((one) => {
      const weaker: Readonly<Record<string, readonly string[]>> = {
        ssl: ["off", "flexible", "full"],
        min_tls_version: ["1.0", "1.1"],
        always_use_https: ["off"],
        tls_1_3: ["off"],
      };
      return prod.set(one, ["value"], weaker[String(one.inputs["settingId"])] ?? []);
    }),
  ],

  "strong-secrets": ({ prod }) => [
    ...of(prod, ["random:index/randomBytes:RandomBytes", "random:index/randomPassword:RandomPassword"], ["length"], [0, 1, 8, 16, 31]),
    // Of digits alone, even 38 characters are less than 128 bits; of two symbols, even 48 are.
    ...prod.ofType("random:index/randomPassword:RandomPassword").flatMap((one) =>
      prod.set(
        one,
        [],
        [
          { ...one.inputs, length: 36, lower: false, upper: false, special: false },
          { ...one.inputs, length: 48, lower: false, upper: false, numeric: false, special: true, overrideSpecial: "-_" },
        ],
        "a poor alphabet",
      ),
    ),
    ...of(prod, [database], ["databasePassword"], ["short", "", undefined], "the password is short, or none"),
    // What was made is long enough; what is kept of it is not.
    ...prod
      .ofType(version)
      .filter(({ name }) => ["jwt-secret", "nextauth-secret", "encryption-key", "files-gateway-secret"].some((each) => name.includes(each)))
      .flatMap((one) => shortened(prod, one, "secretData")),
    ...prod.where(({ inputs }) => inputs["key"] === "NEXTAUTH_SECRET").flatMap((one) => shortened(prod, one, "value")),
  ],

  "no-plain-secret": ({ prod }) => [
    ...prod
      .ofType(service, job)
      .flatMap((workload) =>
        variables(workload).flatMap((each) =>
          at(workload, each, "valueSource") !== undefined
            ? prod.set(workload, each, [{ name: at(workload, each, "name"), value: "in-clear" }], "a plain value")
            : prod.set(
                workload,
                [...each, "value"],
                [
                  "-----BEGIN PRIVATE KEY-----",
                  "postgresql://postgres:password@db.example.com/postgres",
                  "redis://:password@10.0.0.1",
                  "rediss://:password@cache.example.com:6380/0",
                  "AGE-SECRET-KEY-1QQQ",
                ],
              ),
        ),
      ),
    ...prod
      .ofType(service, job)
      .flatMap((workload) =>
        containers(workload).flatMap((path) =>
          ["JWT_SECRET", "ENCRYPTION_KEY", "SMTP_PASSWORD"].flatMap((name) =>
            prod.set(
              workload,
              [...path, "envs"],
              [
                [
                  ...((at(workload, path, "envs") ?? []) as unknown[]).filter((each) => (each as { name: string }).name !== name),
                  { name, value: "in-clear" },
                ],
              ],
              `${name} in clear`,
            ),
          ),
        ),
      ),
    ...prod
      .ofType("cloudflare:index/workersScript:WorkersScript")
      .flatMap((one) =>
        ["plain_text", "json"].flatMap((type) =>
          prod.set(
            one,
            ["bindings", (one.inputs["bindings"] as unknown[]).length],
            [{ name: "API_TOKEN", type, text: "in-clear" }],
            `a secret as ${type}`,
          ),
        ),
      ),
  ],

  "no-secret-shown": ({ prod }) => {
    const secrets = [
      ...prod.ofType(version).map(({ inputs }) => inputs["secretData"]),
      ...prod.ofType(database).map(({ inputs }) => inputs["databasePassword"]),
    ];
    return [
      ...prod
        .ofType(variable)
        .filter((one) => !isSensitive(one))
        .flatMap((one) => prod.set(one, ["value"], secrets, "a secret's value is shown")),
      ...prod.ofType(service, job).flatMap((workload) =>
        variables(workload)
          .filter((each) => at(workload, each, "valueSource") === undefined)
          .flatMap((each) => prod.set(workload, [...each, "value"], secrets.slice(0, 2), "a secret's value is shown")),
      ),
      ...prod
        .ofType("cloudflare:index/workersScript:WorkersScript")
        .flatMap((one) =>
          prod.set(
            one,
            ["bindings", (one.inputs["bindings"] as unknown[]).length],
            secrets.slice(0, 2).map((text) => ({ name: "ORIGIN", type: "plain_text", text })),
            "a secret's value is shown",
          ),
        ),
    ];
  },

  "explicit-secret-versions": ({ prod }) =>
    prod.ofType(service, job).flatMap((workload) =>
      variables(workload)
        .filter((each) => at(workload, each, "valueSource") !== undefined)
        .flatMap((each) => prod.set(workload, [...each, "valueSource", "secretKeyRef", "version"], [undefined, "latest", "0", ""])),
    ),

  "secret-versions-survive": ({ prod }) => [
    ...of(prod, [version], ["deletionPolicy"], [undefined, "DELETE", "ABANDON"]),
    ...of(prod, [secret], ["versionDestroyTtl"], [undefined, "0s", "3600s", "604799s"]),
    ...of(prod, [secret], ["ttl"], ["86400s"]),
    ...of(prod, [secret], ["expireTime"], ["2030-01-01T00:00:00Z"]),
  ],

  "no-secret-twice": ({ prod }) => {
    const versions = prod.ofType(version);
    return [
      ...versions.flatMap((one, index) =>
        prod.set(one, ["secretData"], [versions[(index + 1) % versions.length]?.inputs["secretData"]], "the value of another secret"),
      ),
      ...prod
        .ofType(variable)
        .filter(({ inputs }) => inputs["sensitive"] === true)
        .flatMap((one) =>
          prod.set(
            one,
            ["value"],
            [versions.find(({ name }) => name.includes("jwt"))?.inputs["secretData"]],
            "the value of another secret",
          ),
        ),
    ];
  },

  "secrets-made-here": ({ prod }) => {
    // These a person gives by configuration.
    const given = ["google-client-secret", "backup-identity", "restore-test-database-url"];
    return [...prod.ofType(version, database), ...prod.ofType(variable).filter(({ inputs }) => inputs["sensitive"] === true)]
      .filter(({ name }) => !given.some((each) => name.includes(each)))
      .flatMap((one) => {
        const kept = one.dependencies.filter((name) =>
          prod.resources.some((resource) => resource.name === name && [secret, "vercel:index/project:Project"].includes(resource.type)),
        );
        return [prod.withDependencies(one, kept, "nothing that the stack makes is where it comes from")];
      });
  },
};

/** Eight characters, and one fewer than section 2.5 asks for. */
function shortened(prod: Program, one: RecordedResource, property: string): Mutant[] {
  const value = String(one.inputs[property]);
  return prod.set(one, [property], [value.slice(0, 8), value.slice(0, 31)], "a part of the value");
}
