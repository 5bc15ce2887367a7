import { independently, stackPolicy, type StackResource } from "../framework/policy";
import { eachKnown, record, shown, text } from "../least-privilege/reading/properties";
import { lockedDays, locksOf, lockType } from "./reading/buckets";

const notification = "cloudflare:index/r2BucketEventNotification:R2BucketEventNotification";
const consumer = "cloudflare:index/queueConsumer:QueueConsumer";
const worker = "cloudflare:index/workersScript:WorkersScript";

/** Section 3.1: "R2 versioning, on change, 30 days". */
const keptDays = 30;

export const fileVersionsReachVault = stackPolicy({
  id: "file-versions-reach-vault",
  title: "A bucket's events reach the Worker that copies what changed into a locked bucket",
  severity: "critical",
  section: "3.1",
  why: "R2 keeps no versions: with one link of the chain elsewhere, a changed file is gone and nothing says so",
  remediation: "restore the queue, the consumer and the Worker's bindings of components/file-store.ts",
  check: (resources, report) => {
    const consumers = resources.filter(({ type }) => type === consumer);
    const workers = resources.filter(({ type }) => type === worker);
    independently(
      ...resources
        .filter(({ type }) => type === notification)
        .map((one) => () => {
          const bucket = one.props["bucketName"];
          const queue = one.props["queueId"];
          const reading = consumers.filter(({ props }) => props["queueId"] === queue);
          if (reading.length === 0) return report(`no consumer reads the queue ${shown(queue)} of the events of ${shown(bucket)}; allowed: 1, the Worker that copies`, one);
          for (const each of reading) {
            const script = each.props["scriptName"];
            const keepers = workers.filter(({ props }) => props["scriptName"] === script);
            if (keepers.length === 0) report(`the events of ${shown(bucket)} go to the Worker ${shown(script)}, which is not declared here; allowed: a Worker of this stack`, each);
            for (const keeper of keepers) checkBindings(keeper, String(bucket), resources, report);
          }
        }),
    );
  },
});

function checkBindings(keeper: StackResource, bucket: string, resources: readonly StackResource[], report: (message: string, resource: StackResource) => void): void {
  const bound = new Set<string>();
  eachKnown(keeper.props["bindings"], (value) => {
    const binding = record(value);
    const name = binding["type"] === "r2_bucket" ? text(binding["bucketName"]) : undefined;
    if (name !== undefined) bound.add(name);
  });
  if (!bound.has(bucket)) report(`the Worker is not bound to ${bucket}, of which it gets the events; allowed: a binding to it`, keeper);
  const locks = resources.filter(({ type }) => type === lockType).flatMap(locksOf);
  const vaults = [...bound].filter((name) => name !== bucket && lockedDays(locks, name, "") >= keptDays);
  if (vaults.length === 0)
    report(`of the Worker's other buckets (${[...bound].filter((name) => name !== bucket).join(", ") || "none"}) none is locked as a whole; allowed: one that is, for ${keptDays} days`, keeper);
}
