import type { JsonObject } from "../../../world/world";
import { valuesAt } from "../../property-path";
import { derivedHex } from "../existing-things";
import { defaults, kept, text, type ResourceModel, type Situation } from "../model";
import { bucketIdentity, cloudflareError, jurisdiction, requireAccount, requireZone, toBucket } from "./common";
import { isHost, isWithin } from "./dns-content";

const bucketType = "cloudflare:index/r2Bucket:R2Bucket";
const queueType = "cloudflare:index/queue:Queue";

/** A setting of a bucket: there is one, it is written over, and it goes with the bucket. */
function bucketSetting(
  options: { validate?: (situation: Situation) => void; computed?: (situation: Situation) => JsonObject } = {},
): ResourceModel {
  return {
    identity: (properties) => bucketIdentity(properties),
    duplicate: "adopt",
    references: [toBucket("cascade")],
    validate: (situation) => {
      requireAccount(situation);
      options.validate?.(situation);
    },
    id: (situation) => text(situation.inputs, "bucketName"),
    scope: (outputs) => `${String(outputs.accountId)}/${String(outputs.jurisdiction ?? "default")}`,
    computed: (situation) => ({ ...jurisdiction(situation.inputs), ...options.computed?.(situation) }),
    importIds: (outputs) => [`${String(outputs.accountId)}/${text(outputs, "bucketName")}/${String(outputs.jurisdiction ?? "default")}`],
  };
}

interface Rule {
  id?: string;
  prefix?: string;
}

/** https://developers.cloudflare.com/r2/buckets/bucket-locks/ and object-lifecycles/: at most 1000 rules, IDs unique. */
function validateRules(situation: Situation): void {
  const rules = (situation.inputs.rules ?? []) as Rule[];
  if (rules.length > 1000) throw cloudflareError(400, 10051, `a bucket can have at most 1000 rules, got ${rules.length}`);
  const ids = rules.map(({ id }) => id);
  const twice = ids.find((id, at) => id !== undefined && ids.indexOf(id) !== at);
  if (twice !== undefined) throw cloudflareError(400, 10050, `two rules have the ID "${twice}"`);
}

/** An age in seconds, a date, or for ever. */
function validateAge(condition: JsonObject, property: "maxAge" | "maxAgeSeconds"): void {
  const { type, [property]: age, date } = condition;
  if (type === "Age" && !(Number.isInteger(age) && Number(age) > 0))
    throw cloudflareError(400, 10052, `a rule of type Age needs ${property}, a positive whole number, got ${JSON.stringify(age ?? null)}`);
  if (type === "Date" && (typeof date !== "string" || Number.isNaN(Date.parse(date))))
    throw cloudflareError(400, 10052, `a rule of type Date needs a date, got ${JSON.stringify(date ?? null)}`);
}

const eventActions = ["PutObject", "CopyObject", "DeleteObject", "CompleteMultipartUpload", "LifecycleDeletion"];

export const r2: { [token: string]: ResourceModel } = {
  [bucketType]: {
    identity: (properties) => bucketIdentity(properties, "name"),
    duplicate: () => cloudflareError(409, 10004, "The bucket you tried to create already exists, and you own it.").message,
    validate: (situation) => {
      requireAccount(situation);
      const name = text(situation.inputs, "name");
      // https://developers.cloudflare.com/r2/buckets/create-buckets/: 3 to 63 characters, lowercase, digits, hyphens, neither first nor last
      if (!/^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$/.test(name))
        throw cloudflareError(
          400,
          10005,
          `The specified bucket name is not valid: "${name}" must be 3 to 63 lowercase letters, digits and hyphens, with no hyphen first or last.`,
        );
      const { location, storageClass } = situation.inputs;
      if (location !== undefined && !["apac", "eeur", "enam", "weur", "wnam", "oc"].includes(String(location).toLowerCase()))
        throw cloudflareError(400, 10040, `Invalid location hint "${String(location)}".`);
      if (storageClass !== undefined && !["Standard", "InfrequentAccess"].includes(String(storageClass)))
        throw cloudflareError(400, 10041, `Invalid storage class "${String(storageClass)}".`);
    },
    id: (situation) => text(situation.inputs, "name"),
    scope: (outputs) => `${String(outputs.accountId)}/${String(outputs.jurisdiction ?? "default")}`,
    computed: (situation) => ({
      creationDate: kept(situation, "creationDate", () => situation.now),
      ...jurisdiction(situation.inputs),
      ...defaults(situation.inputs, { location: "apac", storageClass: "Standard" }),
    }),
    importIds: (outputs) => [`${String(outputs.accountId)}/${text(outputs, "name")}/${String(outputs.jurisdiction ?? "default")}`],
  },
  "cloudflare:index/r2BucketCors:R2BucketCors": bucketSetting({
    validate: (situation) => {
      for (const origin of valuesAt(situation.inputs, "rules[].allowed.origins[]")) {
        if (origin !== "*" && !/^[a-z][a-z0-9+.-]*:\/\/[^/\s]+$/.test(String(origin)))
          throw cloudflareError(400, 10059, `The CORS origin "${String(origin)}" must be * or scheme://host[:port], with no path.`);
      }
      for (const method of valuesAt(situation.inputs, "rules[].allowed.methods[]")) {
        if (!["GET", "PUT", "POST", "DELETE", "HEAD"].includes(String(method)))
          throw cloudflareError(400, 10059, `The CORS method "${String(method)}" is not one of GET, PUT, POST, DELETE, HEAD.`);
      }
    },
  }),
  "cloudflare:index/r2BucketLifecycle:R2BucketLifecycle": bucketSetting({
    validate: (situation) => {
      validateRules(situation);
      for (const transition of ["abortMultipartUploadsTransition", "deleteObjectsTransition", "storageClassTransitions[]"])
        for (const condition of valuesAt(situation.inputs, `rules[].${transition}.condition`))
          validateAge(condition as JsonObject, "maxAge");
      for (const storageClass of valuesAt(situation.inputs, "rules[].storageClassTransitions[].storageClass"))
        if (storageClass !== "InfrequentAccess")
          throw cloudflareError(400, 10041, `Invalid storage class "${String(storageClass)}": objects can go to InfrequentAccess only.`);
    },
  }),
  "cloudflare:index/r2BucketLock:R2BucketLock": bucketSetting({
    validate: (situation) => {
      validateRules(situation);
      for (const condition of valuesAt(situation.inputs, "rules[].condition") as JsonObject[]) {
        validateAge(condition, "maxAgeSeconds");
      }
    },
  }),
  "cloudflare:index/r2ManagedDomain:R2ManagedDomain": bucketSetting({
    computed: (situation) => {
      const hash = derivedHex(`r2 ${bucketIdentity(situation.inputs)}`, 32);
      return { bucketId: hash, domain: `pub-${hash}.r2.dev` };
    },
  }),
  "cloudflare:index/r2CustomDomain:R2CustomDomain": {
    ...bucketSetting(),
    identity: (properties) => text(properties, "domain"),
    duplicate: (inputs) => cloudflareError(409, 10056, `The domain ${text(inputs, "domain")} is already connected to a bucket.`).message,
    validate: (situation) => {
      requireAccount(situation);
      const zone = requireZone(situation);
      const domain = text(situation.inputs, "domain");
      if (!isHost(domain)) throw cloudflareError(400, 10057, `"${domain}" is not a host name.`);
      if (zone !== undefined && !isWithin(domain, zone))
        throw cloudflareError(400, 10057, `The domain ${domain} does not belong to the zone ${zone}.`);
    },
    id: (situation) => text(situation.inputs, "domain"),
    computed: (situation) => ({
      ...jurisdiction(situation.inputs),
      status: { ownership: "active", ssl: "active" },
      zoneName: requireZone(situation) ?? text(situation.inputs, "domain").split(".").slice(-2).join("."),
    }),
    importIds: (outputs) => [
      `${String(outputs.accountId)}/${text(outputs, "bucketName")}/${text(outputs, "domain")}/${String(outputs.jurisdiction ?? "default")}`,
    ],
  },
  "cloudflare:index/r2BucketEventNotification:R2BucketEventNotification": {
    ...bucketSetting(),
    identity: (properties) => `${bucketIdentity(properties)}/${text(properties, "queueId")}`,
    references: [
      toBucket("cascade"),
      {
        property: "queueId",
        type: queueType,
        identity: (value, inputs) => `${String(inputs.accountId ?? "")}/${value}`,
        missing: () => cloudflareError(404, 11015, "The specified queue does not exist.").message,
        onDelete: () =>
          cloudflareError(400, 11018, "The queue is used by an event notification of an R2 bucket: remove that first.").message,
      },
    ],
    validate: (situation) => {
      requireAccount(situation);
      for (const action of valuesAt(situation.inputs, "rules[].actions[]")) {
        if (!eventActions.includes(String(action)))
          throw cloudflareError(400, 11019, `"${String(action)}" is not one of ${eventActions.join(", ")}.`);
      }
      // https://developers.cloudflare.com/r2/buckets/event-notifications/: rules of one bucket may not overlap for the same action
      const rules = (situation.inputs.rules ?? []) as Array<{ actions?: string[]; prefix?: string; suffix?: string }>;
      rules.forEach((rule, at) => {
        const clash = rules
          .slice(0, at)
          .find((other) => other.actions?.some((action) => rule.actions?.includes(action)) && overlap(rule, other));
        if (clash)
          throw cloudflareError(
            400,
            11020,
            "Overlapping event notification rules: two rules of the bucket match the same objects and actions.",
          );
      });
    },
    id: (situation) => text(situation.inputs, "queueId"),
    scope: (outputs) => bucketIdentity(outputs),
    computed: (situation) => ({
      ...jurisdiction(situation.inputs),
      queueName:
        situation.world.find(queueType, `${String(situation.inputs.accountId ?? "")}/${text(situation.inputs, "queueId")}`)?.outputs
          .queueName ?? "",
    }),
    importIds: (outputs) => [
      `${String(outputs.accountId)}/${text(outputs, "bucketName")}/${String(outputs.jurisdiction ?? "default")}/${text(outputs, "queueId")}`,
    ],
  },
};

function overlap(one: { prefix?: string; suffix?: string }, other: { prefix?: string; suffix?: string }): boolean {
  const [p, q, s, t] = [one.prefix ?? "", other.prefix ?? "", one.suffix ?? "", other.suffix ?? ""];
  return (p.startsWith(q) || q.startsWith(p)) && (s.endsWith(t) || t.endsWith(s));
}
