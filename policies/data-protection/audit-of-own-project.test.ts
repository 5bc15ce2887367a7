import { policyCases } from "../least-privilege/testing/mutations";
import { auditOfOwnProject } from "./audit-of-own-project";

policyCases(auditOfOwnProject, {
  compliant: [
    { type: "gcp:secretmanager/secret:Secret", name: "secret", inputs: { project: "p" } },
    { type: "gcp:projects/iAMAuditConfig:IAMAuditConfig", name: "audit", inputs: { project: "p", service: "secretmanager.googleapis.com" } },
    { type: "gcp:logging/projectBucketConfig:ProjectBucketConfig", name: "logs", inputs: { project: "p", bucketId: "_Default" } },
  ],
  refused: [
    ["audit", "service", "storage.googleapis.com", 'who reads the secrets of "p" is logged nowhere'],
    ["audit", "project", "another", "is logged nowhere"],
    ["logs", "project", "another", 'for how long the logs of "p" are kept is not declared'],
    ["logs", "bucketId", "_Required", "is not declared"],
    ["secret", "project", "another", 'the secrets of "another"'],
  ],
  allowed: [["audit", "service", "allServices"]],
  undecided: [
    ["audit", "project"],
    ["logs", "bucketId"],
  ],
});
