import { policyCases } from "../least-privilege/testing/mutations";
import { noForceDestroy } from "./no-force-destroy";

policyCases(noForceDestroy, {
  compliant: [
    { type: "gcp:storage/bucket:Bucket", name: "bucket", inputs: { name: "b", forceDestroy: false } },
    { type: "gcp:bigquery/dataset:Dataset", name: "dataset", inputs: {} },
    { type: "gcp:monitoring/notificationChannel:NotificationChannel", name: "channel", inputs: { forceDelete: true } },
  ],
  refused: [
    ["bucket", "forceDestroy", true, "forceDestroy is set on a gcp:storage/bucket:Bucket; allowed: nothing or false"],
    ["dataset", "deleteContentsOnDestroy", true, "deleteContentsOnDestroy is set"],
    ["dataset", "forceDelete", true, "forceDelete is set"],
  ],
  undecided: [["bucket", "forceDestroy"]],
});
