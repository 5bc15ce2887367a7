import { policyCases } from "../least-privilege/testing/mutations";
import { judge } from "../test-support/judge";
import { deletionProtection } from "./deletion-protection";

const service = { type: "gcp:cloudrunv2/service:Service", name: "service", inputs: { deletionProtection: true } };

policyCases(deletionProtection, {
  compliant: [
    service,
    { type: "gcp:cloudrunv2/job:Job", name: "job", inputs: { deletionProtection: true } },
    { type: "gcp:secretmanager/secret:Secret", name: "secret", inputs: { deletionProtection: true } },
  ],
  refused: [
    ["service", "deletionProtection", false, "deletionProtection is false in prod; allowed: true"],
    ["job", "deletionProtection", false, "job: deletionProtection is false"],
    ["secret", "deletionProtection", false, "secret: deletionProtection is false"],
    ["secret", "deletionProtection", undefined, "secret: deletionProtection is nothing"],
    ["service", "deletionPolicy", "ABANDON", 'deletionPolicy is "ABANDON"'],
  ],
  // The provider's default.
  allowed: [["service", "deletionProtection", undefined]],
  undecided: [["service", "deletionProtection"]],
});

test("staging is rebuilt from time to time", async () => {
  expect((await judge(deletionProtection, [{ ...service, inputs: { deletionProtection: false } }], "staging")).violations).toEqual([]);
});
