import { judge } from "../test-support/judge";
import { grantsOfOwnProject } from "./grants-of-own-project";
import { policyCases } from "./testing/mutations";

const account = (name: string, project = "own") => `serviceAccount:chisan-prod-${name}@${project}.iam.gserviceaccount.com`;
const compliant = [
  { type: "gcp:serviceaccount/account:Account", name: "account", inputs: { accountId: "chisan-prod-api", project: "own" } },
  { type: "gcp:secretmanager/secret:Secret", name: "secret", inputs: { secretId: "chisan-prod-jwt-secret", project: "own" } },
  { type: "gcp:projects/iAMMember:IAMMember", name: "on-project", inputs: { project: "own", role: "r", member: account("deploy") } },
  { type: "gcp:projects/iAMMember:IAMMember", name: "group", inputs: { project: "own", role: "r", member: "group:a@b.c" } },
  { type: "gcp:projects/iAMBinding:IAMBinding", name: "many", inputs: { project: "own", role: "r", members: [account("a"), account("b")] } },
  {
    type: "gcp:secretmanager/secretIamMember:SecretIamMember",
    name: "on-secret",
    inputs: { project: "own", secretId: "chisan-prod-jwt-secret", role: "r", member: account("api") },
  },
  {
    type: "gcp:serviceaccount/iAMMember:IAMMember",
    name: "on-account",
    inputs: { serviceAccountId: "projects/own/serviceAccounts/chisan-prod-api@own.iam.gserviceaccount.com", role: "r", member: account("deploy") },
  },
];

policyCases(grantsOfOwnProject, {
  compliant,
  refused: [
    ["on-project", "member", account("deploy", "other"), "allowed: serviceAccount:…@own.iam.gserviceaccount.com"],
    ["on-project", "member", "serviceAccount:1-compute@developer.gserviceaccount.com", "the member is"],
    ["on-project", "member", `deleted:${account("deploy")}?uid=1`, "the member is"],
    ["on-project", "member", "serviceAccount:x@evil.example@own.iam.gserviceaccount.com", "the member is"],
    ["on-project", "member", account("deploy", "not-own"), "the member is"],
    ["many", "members[1]", account("b", "other"), "many: "],
    ["on-account", "member", account("deploy", "other"), "the member is"],
    ["group", "project", "other", 'the grant is on project "other"; allowed: own'],
    ["on-secret", "project", undefined, "the grant is on project nothing"],
    ["on-secret", "secretId", "chisan-staging-jwt-secret", 'the grant is on secret "chisan-staging-jwt-secret"'],
    ["on-secret", "secretId", "projects/other/secrets/chisan-prod-jwt-secret", "the grant is on secret"],
    ["on-account", "serviceAccountId", "projects/other/serviceAccounts/x@other.iam.gserviceaccount.com", "allowed: projects/own/serviceAccounts/"],
    // What says where the stack's own project is must be of one mind.
    ["account", "project", "other", 'accounts and secrets are in "other", "own"; allowed: one project'],
    ["account", "project", undefined, "accounts and secrets are in "],
  ],
  allowed: [["on-secret", "secretId", "projects/own/secrets/chisan-prod-jwt-secret"]],
  undecided: [
    ["on-project", "member"],
    ["on-secret", "secretId"],
    ["on-account", "serviceAccountId"],
    ["group", "project"],
    ["account", "project"],
    ["secret", "secretId"],
  ],
});

test("a stack that declares neither account nor secret cannot say what is its own", async () => {
  const { violations } = await judge(grantsOfOwnProject, compliant.slice(2));
  expect(violations).toEqual([expect.stringContaining("accounts and secrets are in no project; allowed: one project")]);
  expect(await judge(grantsOfOwnProject, compliant.slice(0, 2))).toEqual({ violations: [], undecided: [] });
});
