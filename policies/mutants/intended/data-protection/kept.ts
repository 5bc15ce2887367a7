/** What must not be deleted, and can be brought back. */
import type { RecordedResource } from "../../../../components/test-support/mocks";
import type { Path } from "../../edit";
import type { Program } from "../../mutant";
import type { Generators } from "../generators";
import { at, elements, job, lifecycle, lock, of, r2Bucket, rulesOf, schedule, secret, service, settings, variables } from "../places";

const notification = "cloudflare:index/r2BucketEventNotification:R2BucketEventNotification";
const recovery = "pulumi-nodejs:dynamic/chisan:PointInTimeRecovery";
const ofDatabase = ["pulumi-nodejs:dynamic/chisan:PostgresVersion", "pulumi-nodejs:dynamic/chisan:DedicatedIpv4"];
/** Seconds. */
const day = 86_400;
/** Rules that the document's table of section 3.1 asks for: backups and file versions, not the reports. */
const promisedRules = (resource: RecordedResource): Path[] =>
  rulesOf(resource).filter((rule) => !String(at(resource, rule, "prefix")).startsWith("reports/"));

const backupSchedules = (program: Program) => program.ofType(schedule).filter(({ name }) => name.startsWith("backup-"));
const named = (program: Program, name: string) =>
  program.ofType(job).flatMap((one) =>
    variables(one)
      .filter((path) => at(one, path, "name") === name)
      .map((path) => ({ one, path })),
  );

export const keptMutants: Generators = {
  "protected-data": ({ prod }) =>
    prod.where(({ protect }) => protect).map((resource) => prod.unprotected(resource)),

  "deletion-protection": ({ prod }) => [
    ...of(prod, [service, job, secret], ["deletionProtection"], [false]),
    ...of(prod, [secret], ["deletionProtection"], [undefined]),
    ...of(prod, [service, job, secret], ["deletionPolicy"], ["ABANDON"]),
  ],

  "no-force-destroy": ({ prod }) => [
    ...of(prod, [r2Bucket, "gcp:artifactregistry/repository:Repository"], ["forceDestroy"], [true, "true"]),
    ...["forceDestroy", "forceDelete"].map((property) => prod.added("gcp:storage/bucket:Bucket", { [property]: true })),
    prod.added("gcp:bigquery/dataset:Dataset", { deleteContentsOnDestroy: true }),
  ],

  "point-in-time-recovery": ({ prod }) => of(prod, [recovery], ["days"], [undefined, 0, 1, 6, -7, "none"]),

  "database-guarded": ({ prod }) => [
    ...prod.ofType(settings, recovery).map((resource) => prod.removed(resource)),
    ...of(prod, [settings, recovery, ...ofDatabase], ["projectRef"], ["another"]),
    ...prod
      .ofType(settings, recovery, ...ofDatabase)
      .map((resource) => prod.withDependencies(resource, [], "it takes nothing from the stack's database")),
  ],

  "backups-locked": ({ prod }) => [
    ...prod.ofType(lock).flatMap((one) =>
      promisedRules(one).flatMap((rule) => {
        // What the document asks for: the project's own may be longer.
        const seconds = (String(at(one, rule, "prefix")).includes("weekly") ? 90 : 30) * day;
        return [
          ...prod.set(one, [...rule, "condition", "maxAgeSeconds"], [seconds - 1, seconds - day, day, 1, 0]),
          ...prod.set(one, [...rule, "enabled"], [false, undefined]),
          ...prod.set(one, [...rule, "condition"], [{ type: "Date", date: "2099-01-01T00:00:00Z" }]),
          ...prod.set(one, [...rule, "prefix"], ["elsewhere/", `${String(at(one, rule, "prefix"))}2026/`]),
          ...prod.set(one, rule, [undefined]),
        ];
      }),
    ),
    ...of(prod, [lock], ["rules"], [undefined, []]),
    ...of(prod, [lock], ["bucketName"], ["chisan-elsewhere"]),
    ...prod.ofType(lock).map((one) => prod.removed(one)),
    prod.added(r2Bucket, { name: "chisan-more-files" }),
  ],

  "lifecycle-after-lock": ({ prod }) => [
    ...prod.ofType(lifecycle).flatMap((one) =>
      rulesOf(one)
        .filter((rule) => at(one, rule, "deleteObjectsTransition") !== undefined)
        .flatMap((rule) => [
          ...prod.set(
            one,
            [...rule, "deleteObjectsTransition", "condition", "maxAge"],
            [Number(at(one, rule, "deleteObjectsTransition", "condition", "maxAge")) - day, day, 1, 0],
          ),
          ...prod.set(one, [...rule, "deleteObjectsTransition", "condition"], [{ type: "Date", date: "2027-01-01T00:00:00Z" }]),
          ...prod.set(one, [...rule, "conditions", "prefix"], ["elsewhere/"]),
          // Wider than meant: the daily snapshots' age, over what is locked for longer.
          ...prod.set(
            one,
            [...rule, "conditions", "prefix"],
            at(one, rule, "conditions", "prefix") === "database/daily/" ? ["", "database/"] : [],
          ),
        ]),
    ),
    // The lock of what a lifecycle deletes: longer than the objects are kept, or gone.
    ...prod
      .ofType(lock)
      .filter(({ inputs }) => prod.ofType(lifecycle).some((each) => each.inputs["bucketName"] === inputs["bucketName"]))
      .flatMap((one) => [
        ...rulesOf(one).flatMap((rule) => [
          ...prod.set(
            one,
            [...rule, "condition", "maxAgeSeconds"],
            [Number(at(one, rule, "condition", "maxAgeSeconds")) + day, 1000 * day],
          ),
          ...prod.set(one, [...rule, "condition"], [{ type: "Indefinite" }]),
          ...prod.set(one, [...rule, "enabled"], [false]),
          ...prod.set(one, rule, [undefined]),
        ]),
        prod.removed(one),
      ]),
  ],

  "backups-elsewhere": ({ prod }) => [
    ...prod.ofType(job).flatMap((one) =>
      variables(one)
        .filter((each) => at(one, each, "name") === "BACKUPS_BUCKET_NAME")
        .flatMap((each) =>
          prod.set(one, [...each, "value"], [undefined, "", "chisan-files", "chisan-files-vault", "chisan-backups-staging", "elsewhere"]),
        ),
    ),
    ...prod
      .ofType(r2Bucket)
      .filter(({ inputs }) => inputs["name"] === "chisan-backups")
      .map((bucket) => prod.removed(bucket)),
    ...prod
      .ofType(lock)
      .filter(({ inputs }) => inputs["bucketName"] === "chisan-backups")
      .map((one) => prod.removed(one)),
  ],

  "backup-schedule": ({ prod, staging }) =>
    [prod, staging].flatMap((program) => [
      ...backupSchedules(program).flatMap((one) => [
        program.removed(one),
        ...program.set(one, ["schedule"], ["0 0 1 1 *", "0 0 29 2 *", "* * * * *", undefined]),
        ...program.set(one, ["timeZone"], ["Etc/UTC", undefined]),
        ...program.set(
          one,
          ["httpTarget", "uri"],
          ["https://elsewhere.example.com/", String(at(one, ["httpTarget", "uri"])).replace("https:", "http:")],
        ),
      ]),
      ...program.ofType(job).map((one) => program.removed(one)),
    ]),

  "backups-encrypted": ({ prod }) => [
    ...named(prod, "BACKUPS_BUCKET_NAME").flatMap(({ one, path }) => prod.set(one, path, [undefined], "BACKUPS_BUCKET_NAME removed")),
    ...named(prod, "BACKUP_RECIPIENTS").flatMap(({ one, path }) => [
      ...prod.set(one, path, [undefined], "BACKUP_RECIPIENTS removed"),
      ...prod.set(one, [...path, "value"], ["age1somebodyelse", "", undefined, `age1${"q".repeat(58)}`]),
    ]),
  ],

  "file-versions-complete": ({ prod }) => [
    ...prod
      .ofType(notification)
      .flatMap((one) => [
        ...rulesOf(one).flatMap((rule) => [
          ...elements(one, [...rule, "actions"]).flatMap((action) => prod.set(one, action, [undefined])),
          ...prod.set(one, [...rule, "actions"], [undefined, []]),
          ...prod.set(one, [...rule, "prefix"], ["orders/"]),
          ...prod.set(one, [...rule, "suffix"], [".pdf"]),
        ]),
        ...prod.set(one, ["rules"], [undefined, []]),
      ]),
    ...of(prod, ["cloudflare:index/queue:Queue"], ["settings", "messageRetentionPeriod"], [60, 3600, day]),
    ...of(prod, ["cloudflare:index/queue:Queue"], ["settings", "deliveryPaused"], [true]),
    ...of(prod, ["cloudflare:index/queueConsumer:QueueConsumer"], ["deadLetterQueue"], [undefined, ""]),
  ],

  "immutable-images": ({ prod }) => [
    ...of(prod, ["gcp:artifactregistry/repository:Repository"], ["dockerConfig", "immutableTags"], [false, undefined]),
    ...of(prod, ["gcp:artifactregistry/repository:Repository"], ["dockerConfig"], [undefined]),
  ],

  "log-retention": ({ prod }) => [
    ...of(prod, ["gcp:logging/projectBucketConfig:ProjectBucketConfig"], ["retentionDays"], [undefined, 0, 1, 30, 89]),
    ...prod.ofType("gcp:logging/projectExclusion:ProjectExclusion").flatMap((one) => {
      const filter = String(one.inputs["filter"]);
      return prod.set(
        one,
        ["filter"],
        [
          undefined,
          "",
          "true",
          filter.replace("DEBUG", "ERROR"),
          filter.replace('severity="DEBUG"', 'severity<="INFO"'),
          `${filter} OR severity="ERROR"`,
          `NOT (${filter})`,
        ],
      );
    }),
    ...prod
      .ofType("gcp:projects/iAMAuditConfig:IAMAuditConfig")
      .flatMap((one) =>
        elements(one, ["auditLogConfigs"]).flatMap((config) => [
          ...prod.set(one, config, [undefined]),
          ...prod.set(one, [...config, "exemptedMembers"], [["user:somebody@chisanpaper.com"]]),
        ]),
      ),
    ...of(prod, ["gcp:projects/iAMAuditConfig:IAMAuditConfig"], ["auditLogConfigs"], [undefined, []]),
    prod.added("gcp:logging/projectSink:ProjectSink", { exclusions: [{ name: "errors", filter: "severity=ERROR" }] }),
  ],

  "guards-present": ({ prod }) =>
    prod
      .ofType(
        "gcp:projects/iAMAuditConfig:IAMAuditConfig",
        "gcp:logging/projectBucketConfig:ProjectBucketConfig",
        "cloudflare:index/r2ManagedDomain:R2ManagedDomain",
        "cloudflare:index/queueConsumer:QueueConsumer",
        "cloudflare:index/workersScriptSubdomain:WorkersScriptSubdomain",
      )
      .map((guard) => prod.removed(guard)),
};
