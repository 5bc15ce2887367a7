import { policyCases } from "./testing/mutations";
import { noBasicRoles } from "./no-basic-roles";

const inputs = { project: "p", role: "roles/run.viewer", member: "group:a@b.c" };

policyCases(noBasicRoles, {
  compliant: [
    { type: "gcp:projects/iAMMember:IAMMember", name: "grant", inputs },
    { type: "gcp:kms/cryptoKeyIAMMember:CryptoKeyIAMMember", name: "key", inputs: { role: "roles/cloudkms.viewer" } },
    { type: "gcp:cloudrunv2/serviceIamBinding:ServiceIamBinding", name: "binding", inputs: { role: "roles/run.invoker" } },
  ],
  refused: [
    ...["roles/owner", "roles/editor", "roles/viewer", "roles/admin", "roles/writer", "roles/reader"].map(
      (role) =>
        [
          "grant",
          "role",
          role,
          `grant: ${role} is a basic role; allowed: a predefined role of one service; fix: ${noBasicRoles.remediation} (section 2.5)`,
        ] as const,
    ),
    ["key", "role", "roles/owner", "key: roles/owner is a basic role"],
    ["binding", "role", "roles/editor", "binding: roles/editor is a basic role"],
  ],
  undecided: [["grant", "role"]],
});
