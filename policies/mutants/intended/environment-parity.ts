/** How to break each policy of the pack, over every resource that it binds. The values are chosen here, not taken from the policies. */
import type { RecordedResource } from "../../../components/test-support/mocks";
import { type Path, valueAt } from "../edit";
import type { Program } from "../mutant";
import type { Generators } from "./generators";
import { migrationMutants } from "./migrations";
import { twinMutants } from "./twins";
import { job, of, service, settings, variable, web } from "./places";

const database = "supabase:index/project:Project";
const alert = "gcp:monitoring/alertPolicy:AlertPolicy";
const versionCheck = "pulumi-nodejs:dynamic/chisan:PostgresVersion";

const apiServices = (program: Program) => program.ofType(service).filter(({ inputs }) => inputs["name"] === `chisan-${program.stack}-api`);
const container: Path = ["template", "containers", 0];
const variablesOf = (resource: RecordedResource): { name: string; path: Path; plain: boolean }[] => {
  const path: Path = resource.type === job ? ["template", "template", "containers", 0, "envs"] : [...container, "envs"];
  const envs = (valueAt(resource.inputs, path) ?? []) as { name: string; value?: string }[];
  return envs.map(({ name, value }, at) => ({ name, path: [...path, at], plain: value !== undefined }));
};

/** Members of the settings, which are JSON texts, that are the same in every environment: all but addresses and the OAuth client. */
const featureMembers = (program: Program, property: string): [string, unknown][] =>
  program
    .ofType(settings)
    .flatMap(({ inputs }) =>
      Object.entries(JSON.parse(String(inputs[property])) as object).filter(
        ([name]) => !/uri|url|external_google_client_id|external_google_secret|hook_|external_(?:email|phone|anonymous)/.test(name),
      ),
    );

const another = (value: unknown): unknown =>
  typeof value === "boolean" ? !value : typeof value === "number" ? value * 10 : `${String(value)},private`;

export const environmentParityMutants: Generators = {
  "postgres-15": ({ prod }) => [
    ...of(prod, [versionCheck], ["expectedMajor"], [undefined, 14, 16, 17]),
    ...of(prod, [versionCheck], ["version"], ["17.4.1.032", "14.1"]),
    ...prod.ofType(versionCheck).map((one) => prod.removed(one)),
    prod.added(database, { name: "another" }),
  ],

  "node-20": ({ prod }) => of(prod, [web], ["nodeVersion"], [undefined, "18.x", "22.x", "24.x", "20"]),

  "supabase-features": ({ prod }) => [
    ...prod
      .ofType(settings)
      .flatMap((one) =>
        ["api", "auth", "database", "pooler", "storage"].flatMap((property) => [
          ...prod.set(one, [property], [undefined, "{}", "", "[]"]),
          ...featureMembers(prod, property).flatMap(([name, value]) =>
            prod.setInJson(one, property, [name], [another(value), undefined], "is another, or removed"),
          ),
        ]),
      ),
    ...of(prod, [settings], ["sslEnforcement"], [false, undefined]),
  ],

  "row-level-security": ({ prod }) => migrationMutants(prod),

  "auth-domain": ({ prod }) => [
    ...of(prod, [settings], ["auth"], [undefined, "", "{}"]),
    ...prod
      .ofType(settings)
      .flatMap((one) => [
        ...prod.setInJson(one, "auth", ["hook_before_user_created_enabled"], [false, undefined]),
        ...prod.setInJson(
          one,
          "auth",
          ["hook_before_user_created_uri"],
          [undefined, "", "pg-functions://postgres/public/anything", "https://elsewhere.example.com"],
        ),
        ...["external_email_enabled", "external_phone_enabled", "external_anonymous_users_enabled"].flatMap((name) =>
          prod.setInJson(one, "auth", [name], [true, undefined]),
        ),
      ]),
  ],

  "complete-variables": ({ prod }) => [
    ...apiServices(prod).flatMap((api) => [
      ...variablesOf(api).flatMap(({ path, name, plain }) => [
        ...prod.set(api, path, [undefined], `${name} removed`),
        ...prod.set(api, [...path, "name"], [`${name}_2`]),
        ...(plain ? [] : prod.set(api, path, [{ name, value: "in-clear" }], "a plain value")),
      ]),
      ...prod.set(api, [...container, "envs", variablesOf(api).length], [{ name: "FEATURE_FLAG", value: "1" }]),
    ]),
    ...prod.ofType(variable).map((one) => prod.removed(one)),
    ...of(prod, [variable], ["key"], ["FEATURE_FLAG"]),
    ...of(prod, [variable], ["targets"], [[], ["preview"], ["development"]]),
  ],

  "log-levels": ({ prod }) => [
    ...prod.ofType(service, job).flatMap((one) =>
      variablesOf(one)
        .filter(({ name }) => name === "LOG_LEVEL")
        .flatMap(({ path }) => [
          ...prod.set(one, [...path, "value"], [undefined, "", "debug", "DEBUG", "trace", "verbose", "silly"]),
          ...prod.set(one, path, [undefined]),
        ]),
    ),
  ],

  "health-probes": ({ prod }) =>
    apiServices(prod).flatMap((api) =>
      ["startupProbe", "livenessProbe"].flatMap((probe) => [
        ...prod.set(api, [...container, probe], [undefined, {}, { tcpSocket: { port: 4000 } }]),
        ...prod.set(
          api,
          [...container, probe, "httpGet", "path"],
          [undefined, "/", "/health", probe === "startupProbe" ? "/health/live" : "/health/ready"],
        ),
      ]),
    ),

  "twins-alike": twinMutants,

  "alerts-declared": ({ prod, staging }) => [prod, staging].flatMap((program) => program.ofType(alert).map((one) => program.removed(one))),

  "alerts-reach-people": ({ prod, staging }) =>
    [prod, staging].flatMap((program) => [
      ...of(program, [alert], ["enabled"], [false]),
      ...of(program, [alert], ["notificationChannels"], [[], undefined]),
      ...of(program, ["gcp:monitoring/notificationChannel:NotificationChannel"], ["enabled"], [false]),
    ]),

  "sample-data": ({ staging }) => {
    const foreign = ["chisan-files", "chisan-files-vault", "chisan-backups", "chisan-prod-database-url", "chisan-backups-dr"];
    return [
      ...staging.ofType(service, job).flatMap((one) =>
        variablesOf(one)
          .filter(({ plain }) => plain)
          .flatMap(({ path }) => staging.set(one, [...path, "value"], foreign)),
      ),
      ...of(
        staging,
        ["gcp:secretmanager/secretIamMember:SecretIamMember"],
        ["secretId"],
        ["chisan-prod-database-url", "chisan-prod-supabase-service-role-key"],
      ),
      ...of(staging, ["cloudflare:index/queueConsumer:QueueConsumer"], ["scriptName"], ["chisan-prod-file-version-keeper"]),
      ...of(staging, ["cloudflare:index/r2BucketEventNotification:R2BucketEventNotification"], ["bucketName"], ["chisan-files"]),
      ...staging
        .ofType("cloudflare:index/workersScript:WorkersScript")
        .flatMap((one) => staging.set(one, ["bindings", 0, "bucketName"], foreign.slice(0, 3))),
      ...staging
        .ofType("cloudflare:index/accountToken:AccountToken")
        .flatMap((one) =>
          ["chisan-files", "chisan-backups"].flatMap((bucket) =>
            staging.set(
              one,
              ["policies", 0, "resources"],
              [JSON.stringify({ [`com.cloudflare.edge.r2.bucket.${String(one.inputs["accountId"])}_default_${bucket}`]: "*" })],
            ),
          ),
        ),
    ];
  },
};
