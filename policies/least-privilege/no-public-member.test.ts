import { policyCases } from "./testing/mutations";
import { noPublicMember } from "./no-public-member";

policyCases(noPublicMember, {
  compliant: [
    {
      type: "gcp:cloudrunv2/serviceIamMember:ServiceIamMember",
      name: "one",
      inputs: { role: "roles/run.invoker", member: "serviceAccount:a@p.iam.gserviceaccount.com" },
    },
    {
      type: "gcp:cloudrunv2/serviceIamBinding:ServiceIamBinding",
      name: "several",
      inputs: { role: "roles/run.invoker", members: ["group:a@b.c", "group:d@b.c"] },
    },
    { type: "gcp:storage/bucketIAMMember:BucketIAMMember", name: "bucket", inputs: { member: "group:a@b.c" } },
  ],
  refused: [
    ...["allUsers", "allAuthenticatedUsers", "AllUsers", "projectViewer:p", "projectEditor:p", "projectOwner:p", "domain:b.c"].map(
      (member) => ["one", "member", member, `one: member "${member}" is nobody in particular`] as const,
    ),
    ["several", "members[1]", "allUsers", 'several: member "allUsers" is nobody'],
    ["bucket", "member", "allUsers", 'bucket: member "allUsers" is nobody'],
  ],
  undecided: [
    ["one", "member"],
    ["several", "members[0]"],
  ],
});
