import { independently, resourcePolicy } from "../framework/policy";
import { eachKnown, record, shown } from "../least-privilege/reading/properties";

const notification = "cloudflare:index/r2BucketEventNotification:R2BucketEventNotification";
const queue = "cloudflare:index/queue:Queue";
const consumer = "cloudflare:index/queueConsumer:QueueConsumer";

/** All that creates or ends an object (https://developers.cloudflare.com/r2/buckets/event-notifications/). */
const actions = ["PutObject", "CopyObject", "CompleteMultipartUpload", "DeleteObject", "LifecycleDeletion"];
/** 4 days: a weekend and a holiday on each side. The project's own is 14, the vendor's longest. */
const leastSeconds = 345_600;

export const fileVersionsComplete = resourcePolicy({
  id: "file-versions-complete",
  title: "Every change of a file is copied into the vault, and no event is lost on the way",
  severity: "high",
  section: "3.1",
  why: "R2 has no versions of its own: a change that nobody was told of cannot be undone",
  remediation: "restore notificationInputs(), queueInputs() and consumerInputs() of components/file-store-inputs.ts",
  types: [notification, queue, consumer],
  check: ({ type, props }, report) => {
    if (type === notification) checkNotification(props, report);
    else if (type === queue) {
      const settings = record(props["settings"]);
      independently(
        () => {
          const found = settings["messageRetentionPeriod"];
          if (found !== undefined && !(Number(found) >= leastSeconds))
            report(`messageRetentionPeriod is ${shown(found)}; allowed: ${leastSeconds} seconds or more`);
        },
        () => {
          if (settings["deliveryPaused"] === true) report("deliveryPaused is true; allowed: false");
        },
      );
    } else {
      const dead = props["deadLetterQueue"];
      if (typeof dead !== "string" || dead === "")
        report(`deadLetterQueue is ${shown(dead)}; allowed: the queue that keeps what could not be copied`);
    }
  },
});

function checkNotification(props: Readonly<Record<string, unknown>>, report: (message: string) => void): void {
  const covered = new Set<string>();
  eachKnown(props["rules"], (value) => {
    const rule = record(value);
    // A rule for a part of the bucket covers a part of it.
    if (rule["prefix"] === undefined && rule["suffix"] === undefined) eachKnown(rule["actions"], (action) => covered.add(String(action)));
  });
  // Only when all are known: what is missing could be the one that is not.
  const missing = actions.filter((action) => !covered.has(action));
  if (missing.length > 0) report(`no rule for the whole bucket tells of ${missing.join(", ")}; allowed: all of ${actions.join(", ")}`);
}
