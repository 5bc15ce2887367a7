import { run } from "@bufbuild/cel";
import * as fc from "fast-check";
import { environmentSlug } from "../config/naming";
import { type CloudStack, cloudStacks } from "../config/stack-configuration-keys";
import {
  type DeployIdentityArgs,
  attributeCondition,
  attributeMapping,
  checkDeployIdentity,
  customRoleInputs,
  deployerInputs,
  federatedMember,
  poolId,
} from "./deploy-identity-inputs";

const args: DeployIdentityArgs = {
  stack: "prod",
  project: "chisan-prod",
  repositoryId: "74",
  ownerId: "65",
  runtimeAccounts: { api: "chisan-prod-api@chisan-prod.iam.gserviceaccount.com" },
  projectRoles: [],
};

type Claims = Record<string, string>;

/** A token of a push to main that deploys to `environment`, as GitHub documents its claims. */
function token(environment: string, change: Record<string, string | undefined> = {}): Claims {
  const claims = {
    iss: "https://token.actions.githubusercontent.com",
    sub: `repo:chisan/platform:environment:${environment}`,
    repository: "chisan/platform",
    repository_id: "74",
    repository_owner: "chisan",
    repository_owner_id: "65",
    environment,
    event_name: "push",
    ref: "refs/heads/main",
    ref_type: "branch",
    ref_protected: "true",
    head_ref: "",
    base_ref: "",
    workflow_ref: "chisan/platform/.github/workflows/deploy.yml@refs/heads/main",
    job_workflow_ref: "chisan/platform/.github/workflows/deploy.yml@refs/heads/main",
    run_id: "12345678901",
    actor: "octocat",
    actor_id: "12",
    ...change,
  };
  return Object.fromEntries(Object.entries(claims).filter((entry): entry is [string, string] => entry[1] !== undefined));
}

/** On another branch, everything that names the branch names it. */
const onBranch = (ref: string, change: Record<string, string | undefined> = {}) => ({
  ref,
  ref_protected: "false",
  workflow_ref: `chisan/platform/.github/workflows/deploy.yml@${ref}`,
  job_workflow_ref: `chisan/platform/.github/workflows/deploy.yml@${ref}`,
  ...change,
});
const pullRequest = onBranch("refs/pull/7/merge", { event_name: "pull_request", head_ref: "feature", base_ref: "main" });

/** As Google does: true lets in, false and an error refuse. */
function admits(stack: CloudStack, claims: Claims): boolean {
  const answer = run(attributeCondition({ ...args, stack }), { assertion: claims });
  return answer === true;
}

describe("which tokens are taken", () => {
  const refusedEverywhere: [string, Record<string, string | undefined>][] = [
    ["a pull request of the same repository", pullRequest],
    ["a pull request of a fork that may write", { ...pullRequest, actor_id: "666" }],
    ["a fork's own workflow", { repository: "stranger/platform", repository_id: "666", repository_owner_id: "667" }],
    ["pull_request_target, which runs on main", { event_name: "pull_request_target", head_ref: "feature", base_ref: "main" }],
    ["workflow_run after a stranger's pull request", { event_name: "workflow_run" }],
    ["a comment on an issue", { event_name: "issue_comment" }],
    ["a merge queue's branch", onBranch("refs/heads/gh-readonly-queue/main/pr-7", { event_name: "merge_group" })],
    ["a schedule", { event_name: "schedule" }],
    ["an event that does not exist yet", { event_name: "push_request" }],
    ["another repository that has taken the name", { repository_id: "75" }],
    ["the repository, transferred to another owner", { repository: "chisan/platform", repository_owner_id: "66" }],
    ["a subject made to look right", { repository_id: "666", sub: "repo:chisan/platform:environment:prod" }],
    ["a number that begins alike", { repository_id: "740" }],
    ["no environment", { environment: undefined }],
    ["no repository's number", { repository_id: undefined }],
    ["no owner's number", { repository_owner_id: undefined }],
    ["no event", { event_name: undefined }],
    ["no ref", { ref: undefined }],
    ["no workflow file", { job_workflow_ref: undefined }],
    ["a tag", onBranch("refs/tags/main", { ref_type: "tag" })],
    ["a called workflow of another repository", { job_workflow_ref: "them/theirs/.github/workflows/deploy.yml@refs/heads/main" }],
    ["one whose name begins alike", { job_workflow_ref: "chisan/platform-2/.github/workflows/deploy.yml@refs/heads/main" }],
    ["a called workflow of another branch", { job_workflow_ref: "chisan/platform/.github/workflows/deploy.yml@refs/heads/feature" }],
    ["nothing at all", Object.fromEntries(Object.keys(token("prod")).map((claim) => [claim, undefined]))],
  ];

  describe.each(cloudStacks)("%s", (stack) => {
    test.each(["push", "workflow_dispatch"])("its environment, on main, by %s", (event) => {
      expect(admits(stack, token(stack, { event_name: event }))).toBe(true);
    });

    test("its environment, by a workflow of the repository's own that another of its calls", () => {
      const called = { job_workflow_ref: "chisan/platform/.github/workflows/shared.yml@refs/heads/main" };
      expect(admits(stack, token(stack, called))).toBe(true);
    });

    test("the repository under a new name, whose numbers are the same", () => {
      const renamed = {
        repository: "chisan/infrastructure",
        job_workflow_ref: "chisan/infrastructure/.github/workflows/deploy.yml@refs/heads/main",
      };
      expect(admits(stack, token(stack, renamed))).toBe(true);
    });

    test.each(refusedEverywhere)("not: %s", (_, change) => {
      expect(admits(stack, token(stack, change))).toBe(false);
    });

    test.each(["", "dev", "dr", "Prod", "production", "prod ", ...cloudStacks.filter((other) => other !== stack)])(
      "not the environment %j",
      (other) => {
        expect(admits(stack, token(other))).toBe(false);
      },
    );
  });

  test.each(["prod", "chisan-dr"] as const)(
    "%s: no other branch, whatever environment it names, and no main that is not protected",
    (stack) => {
      for (const branch of ["feature", "main2", "release/main", "MAIN"]) {
        for (const event of ["push", "workflow_dispatch"]) {
          const change = onBranch(`refs/heads/${branch}`, { event_name: event, ref_protected: "true" });
          expect(admits(stack, token(stack, change))).toBe(false);
        }
      }
      for (const ref_protected of ["false", "", undefined]) expect(admits(stack, token(stack, { ref_protected }))).toBe(false);
    },
  );

  test("staging: any branch of the repository, in its environment", () => {
    expect(admits("staging", token("staging", onBranch("refs/heads/feature")))).toBe(true);
    expect(admits("staging", token("prod", onBranch("refs/heads/feature")))).toBe(false);
  });

  test("each part of the condition refuses something: without it, a token that must not gets in", () => {
    for (const stack of cloudStacks) {
      const parts = attributeCondition({ ...args, stack }).split(" && ");
      const strange: Record<string, string | undefined>[] = [
        ...refusedEverywhere.map(([, change]) => change),
        { environment: "other" },
        { ref_protected: "false" },
        onBranch("refs/heads/feature", { ref_protected: "true" }),
      ];
      for (const left of parts) {
        const without = parts.filter((part) => part !== left).join(" && ");
        const gotIn = strange.filter((change) => run(without, { assertion: token(stack, change) }) === true);
        expect([left, gotIn.length > 0]).toEqual([left, true]);
      }
    }
  });

  test("no change of a single claim that is asked gets in", () => {
    const asked = [
      "repository_id",
      "repository_owner_id",
      "environment",
      "event_name",
      "ref",
      "ref_protected",
      "job_workflow_ref",
      "repository",
    ];
    fc.assert(
      fc.property(fc.constantFrom(...asked), fc.string(), (claim, value) => {
        const good = token("prod");
        fc.pre(value !== good[claim] && !(claim === "event_name" && value === "workflow_dispatch"));
        expect(admits("prod", { ...good, [claim]: value })).toBe(false);
      }),
    );
  });

  test("it is within Google's limits, and has no way around an error", () => {
    for (const stack of cloudStacks) {
      const condition = attributeCondition({ stack, repositoryId: "9".repeat(19), ownerId: "9".repeat(19) });
      expect(condition.length).toBeLessThanOrEqual(4096);
      expect(condition).not.toMatch(/\|\||\?|!|has\(|sub\b|repository ==/);
    }
  });
});

describe("what Google makes of a token", () => {
  const mapped = (claims: Claims) =>
    Object.fromEntries(Object.entries(attributeMapping).map(([name, expression]) => [name, run(expression, { assertion: claims })]));

  test("the audit log's subject names run and person, the attribute repository and environment", () => {
    expect(mapped(token("prod"))).toEqual({ "google.subject": "run:12345678901:actor:12", "attribute.deployment": "74:prod" });
  });

  test("the subject is at most 127 bytes for the largest numbers of GitHub's, however long the names are", () => {
    const claims = token("prod", { run_id: "9".repeat(19), actor_id: "9".repeat(19), repository: `${"o".repeat(39)}/${"r".repeat(100)}` });
    expect(Buffer.byteLength(String(mapped(claims)["google.subject"]))).toBeLessThanOrEqual(127);
  });

  test.each(cloudStacks)("the grant of %s names exactly the attribute of a token that is taken, and of no other environment", (stack) => {
    const member = federatedMember({ ...args, stack }, "projects/1/locations/global/workloadIdentityPools/p");
    const named = (environment: string) =>
      `principalSet://iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/p/attribute.deployment/${String(mapped(token(environment))["attribute.deployment"])}`;
    expect(cloudStacks.filter((environment) => named(environment) === member)).toEqual([stack]);
  });
});

test.each([
  ["CHI-C902", { repositoryId: "chisan/platform" }],
  ["CHI-C902", { repositoryId: "" }],
  ["CHI-C902", { repositoryId: "74' || '1' == '1" }],
  ["CHI-C902", { ownerId: "0" }],
  ["CHI-C903", { runtimeAccounts: {} }],
  ["CHI-C904", { runtimeAccounts: { "the API": "a@b" } }],
] as [string, Partial<DeployIdentityArgs>][])("%s for %j", (code, change) => {
  expect(() => checkDeployIdentity({ ...args, ...change })).toThrow(new RegExp(`^${code} [^\\n]+$`));
  expect(() => checkDeployIdentity(args)).not.toThrow();
});

test.each(cloudStacks)("the names fit in %s", (stack) => {
  expect(poolId(environmentSlug(stack), "0a1b")).toMatch(/^(?!gcp-)[a-z0-9-]{4,32}$/);
  expect(deployerInputs({ ...args, stack }).accountId).toMatch(/^[a-z](?:[-a-z0-9]{4,28}[a-z0-9])$/);
  expect(customRoleInputs({ ...args, stack }).roleId).toMatch(/^[a-zA-Z0-9_.]{3,64}$/);
});
