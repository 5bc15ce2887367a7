import { peopleByAccessTable } from "./people-by-access-table";
import { policyCases } from "./testing/mutations";

const compliant = [
  { type: "gcp:projects/iAMMember:IAMMember", name: "project", inputs: { role: "roles/run.developer", member: "group:a@b.c" } },
  {
    type: "gcp:serviceaccount/iAMMember:IAMMember",
    name: "account",
    inputs: { role: "roles/iam.serviceAccountUser", member: "group:a@b.c" },
  },
  {
    type: "gcp:artifactregistry/repositoryIamMember:RepositoryIamMember",
    name: "registry",
    inputs: { role: "roles/artifactregistry.reader", member: "serviceAccount:a@b" },
  },
];

policyCases(peopleByAccessTable, {
  compliant,
  refused: [
    [
      "project",
      "role",
      "roles/run.admin",
      '"group:a@b.c" gets roles/run.admin by gcp:projects/iAMMember:IAMMember; allowed in production: roles/artifactregistry.reader',
    ],
    // In staging alone.
    ["project", "role", "roles/monitoring.editor", "gets roles/monitoring.editor"],
    ["project", "member", "user:a@b.c", '"user:a@b.c" is a person'],
    ["account", "role", "roles/iam.serviceAccountTokenCreator", "gets roles/iam.serviceAccountTokenCreator"],
    ["registry", "member", "group:a@b.c", "allowed in production: nothing"],
    ["registry", "member", "user:a@b.c", '"user:a@b.c" is a person'],
  ],
  undecided: [
    ["project", "member"],
    ["account", "role"],
  ],
});

describe("staging", () => {
  policyCases(peopleByAccessTable, {
    stack: "staging",
    compliant,
    allowed: [["project", "role", "roles/monitoring.editor"]],
    refused: [["project", "role", "roles/run.admin", "allowed in staging: "]],
  });
});
