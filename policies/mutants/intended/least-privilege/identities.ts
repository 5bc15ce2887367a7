/** As what programs run, and who may become it. */
import type { RecordedResource } from "../../../../components/test-support/mocks";
import { valueAt } from "../../edit";
import type { Generators } from "../generators";
import { accountPath, grants, job, memberOf, schedule, service } from "../places";
import { addedKeys, addedWorkloads } from "../types-to-add";

export const identityMutants: Generators = {
  "workloads-on-cloud-run": ({ prod }) => addedWorkloads(prod),

  "own-service-account": ({ prod }) =>
    prod
      .ofType(service, job, schedule)
      .flatMap((workload) =>
        prod.set(workload, accountPath(workload), [
          undefined,
          "",
          "1-compute@developer.gserviceaccount.com",
          "chisan-sandbox-prod@appspot.gserviceaccount.com",
          "1@cloudservices.gserviceaccount.com",
          "service-1@gcp-sa-run.iam.gserviceaccount.com",
        ]),
      ),

  "no-shared-service-account": ({ prod }) => {
    const workloads = prod.ofType(service, job, schedule);
    // The same service in another region has the same name, and is the same workload.
    const same = (one: RecordedResource, other: RecordedResource) => one.type === other.type && one.inputs["name"] === other.inputs["name"];
    return workloads.flatMap((workload) =>
      prod.set(workload, accountPath(workload), [
        ...new Set(workloads.filter((other) => !same(workload, other)).map((other) => valueAt(other.inputs, accountPath(other)))),
      ]),
    );
  },

  "no-keys": ({ prod }) => addedKeys(prod),

  "federation-pinned": ({ prod }) =>
    prod.ofType("gcp:iam/workloadIdentityPoolProvider:WorkloadIdentityPoolProvider").flatMap((provider) => {
      const condition = String(provider.inputs["attributeCondition"]);
      const terms = condition.split(" && ");
      const loosened = [
        ["'prod'", "'staging'"],
        ["'refs/heads/main'", "'refs/heads/next'"],
        ["== 'true'", "== 'false'"],
        ["'push'", "'pull_request'"],
        ["'push'", "'pull_request_target'"],
        ["repository_id ==", "repository_id !="],
        ["'@' + assertion.ref)", "'')"],
        ["assertion.repository + '/.github/workflows/'", "''"],
        [" && ", " || "],
      ] as const;
      return [
        ...prod.set(
          provider,
          ["attributeCondition"],
          [
            undefined,
            "",
            "true",
            `${condition} || true`,
            `${condition} ? true : true`,
            ...terms.map((term) => terms.filter((each) => each !== term).join(" && ")),
            ...loosened.map(([from, to]) => condition.replace(from, to)),
          ],
        ),
        ...prod.set(
          provider,
          ["attributeMapping", "attribute.deployment"],
          [undefined, "assertion.repository", "assertion.environment", "assertion.sub"],
        ),
        ...prod.set(provider, ["oidc", "issuerUri"], ["https://accounts.google.com", "https://token.actions.example.com"]),
        ...prod.set(provider, ["oidc", "allowedAudiences"], [["https://github.com/chisan"], ["any"]]),
        ...prod.set(provider, ["oidc"], [undefined]),
        ...["aws", "saml", "x509"].flatMap((other) => prod.set(provider, [other], [{ accountId: "1" }])),
      ];
    }),

  "federated-member-pinned": ({ prod }) => {
    const federated = grants(prod).filter((grant) => memberOf(grant).startsWith("principalSet:"));
    return federated.flatMap((grant) => {
      const pool = memberOf(grant).replace(/\/attribute\..*$/, "");
      return [
        ...prod.set(
          grant,
          ["member"],
          [
            `${pool}/*`,
            `${pool}/attribute.repository/chisan/platform`,
            `${pool}/attribute.deployment/*`,
            memberOf(grant).replace(/:prod$/, ":staging"),
            memberOf(grant).replace(/\/\d+:prod$/, "/chisan:prod"),
            `${pool.replace("principalSet:", "principal:")}/subject/run:1:actor:1`,
          ],
        ),
        ...prod.set(grant, ["role"], ["roles/iam.serviceAccountUser", "roles/iam.serviceAccountTokenCreator"]),
        ...grants(prod)
          .filter((other) => other !== grant)
          .flatMap((other) => prod.set(other, ["member"], [memberOf(grant)])),
      ];
    });
  },
};
