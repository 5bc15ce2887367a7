import { judge } from "../test-support/judge";
import { secretsOneByOne } from "./secrets-one-by-one";
import { policyCases } from "./testing/mutations";

const deployer = "serviceAccount:chisan-prod-deploy@p.iam.gserviceaccount.com";
const api = "serviceAccount:chisan-prod-api@p.iam.gserviceaccount.com";

policyCases(secretsOneByOne, {
  compliant: [
    {
      type: "gcp:secretmanager/secretIamMember:SecretIamMember",
      name: "reader",
      inputs: { role: "roles/secretmanager.secretAccessor", member: api },
    },
    { type: "gcp:projects/iAMMember:IAMMember", name: "deployer", inputs: { role: "roles/secretmanager.admin", member: deployer } },
    { type: "gcp:projects/iAMMember:IAMMember", name: "people", inputs: { role: "roles/secretmanager.viewer", member: "group:a@b.c" } },
  ],
  refused: [
    ["people", "role", "roles/secretmanager.secretAccessor", '"group:a@b.c" gets roles/secretmanager.secretAccessor on the project'],
    ["deployer", "role", "roles/secretmanager.secretAccessor", "on the project, so on every secret"],
    ["deployer", "member", api, `"${api}" gets roles/secretmanager.admin on the project`],
    ["reader", "role", "roles/secretmanager.admin", 'role "roles/secretmanager.admin" on a secret'],
    ["reader", "member", "group:a@b.c", '"group:a@b.c" would read a secret'],
    ["reader", "member", "user:a@b.c", '"user:a@b.c" would read a secret'],
  ],
  undecided: [
    ["reader", "member"],
    ["people", "role"],
    ["deployer", "member"],
  ],
});

test("a binding, which decides on all readers, is refused", async () => {
  const binding = {
    type: "gcp:secretmanager/secretIamBinding:SecretIamBinding",
    name: "binding",
    inputs: { role: "roles/secretmanager.secretAccessor", members: [api] },
  };
  expect((await judge(secretsOneByOne, [binding])).violations).toEqual([
    expect.stringContaining("a binding decides on all readers of a secret at once"),
  ]);
});
