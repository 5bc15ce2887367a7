import { consumerInputs, notificationInputs, queueInputs } from "../../components/file-store-inputs";
import { policyCases } from "../least-privilege/testing/mutations";
import { fileVersionsComplete } from "./file-versions-complete";

policyCases(fileVersionsComplete, {
  compliant: [
    {
      type: "cloudflare:index/r2BucketEventNotification:R2BucketEventNotification",
      name: "events",
      inputs: notificationInputs("a", "b", "q") as unknown as Record<string, unknown>,
    },
    { type: "cloudflare:index/queue:Queue", name: "queue", inputs: queueInputs("a", "q") as unknown as Record<string, unknown> },
    {
      type: "cloudflare:index/queueConsumer:QueueConsumer",
      name: "consumer",
      inputs: consumerInputs("a", { queueId: "q", scriptName: "s", deadLetterQueue: "d" }) as unknown as Record<string, unknown>,
    },
  ],
  refused: [
    [
      "events",
      "rules[0].actions",
      ["PutObject"],
      "no rule for the whole bucket tells of CopyObject, CompleteMultipartUpload, DeleteObject, LifecycleDeletion",
    ],
    ["events", "rules[0].prefix", "documents/", "no rule for the whole bucket tells of PutObject"],
    ["events", "rules", undefined, "no rule for the whole bucket tells of PutObject"],
    ["queue", "settings.messageRetentionPeriod", 3600, "messageRetentionPeriod is 3600; allowed: 345600"],
    ["queue", "settings.deliveryPaused", true, "deliveryPaused is true"],
    ["consumer", "deadLetterQueue", undefined, "deadLetterQueue is nothing"],
  ],
  undecided: [
    ["events", "rules"],
    ["events", "rules[0].actions[0]"],
    ["consumer", "deadLetterQueue"],
  ],
});
