import { policyCases } from "../least-privilege/testing/mutations";
import { fileVersionsReachVault } from "./file-versions-reach-vault";

const of = (name: string, type: string, inputs: Record<string, unknown>) => ({ type: `cloudflare:index/${type}`, name, inputs });

policyCases(fileVersionsReachVault, {
  compliant: [
    of("notification", "r2BucketEventNotification:R2BucketEventNotification", { bucketName: "files", queueId: "q" }),
    of("consumer", "queueConsumer:QueueConsumer", { queueId: "q", scriptName: "keeper" }),
    of("keeper", "workersScript:WorkersScript", {
      scriptName: "keeper",
      bindings: [
        { type: "r2_bucket", bucketName: "files" },
        { type: "r2_bucket", bucketName: "vault" },
      ],
    }),
    of("lock", "r2BucketLock:R2BucketLock", { bucketName: "vault", rules: [{ enabled: true, prefix: "", condition: { type: "Age", maxAgeSeconds: 2_592_000 } }] }),
  ],
  refused: [
    ["notification", "queueId", "another", 'no consumer reads the queue "another" of the events of "files"'],
    ["consumer", "queueId", "another", "no consumer reads the queue"],
    ["consumer", "scriptName", "another", 'go to the Worker "another", which is not declared here'],
    ["keeper", "bindings", [], "the Worker is not bound to files"],
    ["keeper", "bindings", undefined, "the Worker is not bound to files"],
    ["keeper", "bindings[0].type", "plain_text", "the Worker is not bound to files"],
    ["keeper", "bindings[1].bucketName", "files", "none) none is locked as a whole"],
    ["keeper", "bindings[1].bucketName", "open", "(open) none is locked as a whole"],
    ["lock", "rules[0].enabled", false, "none is locked as a whole"],
    ["lock", "rules[0].prefix", "a/", "none is locked as a whole"],
    ["lock", "rules[0].condition.maxAgeSeconds", 2_500_000, "none is locked as a whole"],
  ],
  allowed: [["lock", "rules[0].condition", { type: "Indefinite" }]],
  undecided: [
    ["notification", "queueId"],
    ["consumer", "scriptName"],
    ["keeper", "bindings"],
  ],
});
