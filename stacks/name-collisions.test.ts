import { spawnSync } from "node:child_process";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import fc from "fast-check";
import { Queue } from "@pulumi/cloudflare/queue";
import { Address } from "@pulumi/gcp/compute/address";
import { ChisanComponent } from "../components/component";
import { nameProblems, nameRules, sharedNameProblems } from "../config/name-limits";
import { stackNames } from "../config/naming";
import { cloudStacks } from "../config/stack-configuration-keys";
import { unknownValue } from "../ops/declared/declared-resource";
import { everyStack } from "../ops/declared/test-support/every-stack";
import { declaredStack, type DeclaredStackOptions } from "../ops/declared/declared-stack";
import { declare } from "./declare";
import { refuseNameCollisions } from "./name-collisions";

const accountId = "0123456789abcdef0123456789abcdef";

let declaredBy: Awaited<ReturnType<typeof everyStack>>;
beforeAll(async () => {
  declaredBy = await everyStack();
});

/** Its kind is a component's, whose file the refusal names. */
class Store extends ChisanComponent {
  public constructor(name: string, queueName: pulumi.Input<string>) {
    super("FileStore", name);
    new Queue(`${name}-events`, { accountId, queueName }, this.child());
  }
}

function declared(build: () => void): Promise<unknown> {
  const program: DeclaredStackOptions["program"] = () => {
    refuseNameCollisions();
    build();
  };
  return declaredStack("prod", { program });
}

test("two of one name are refused where the second is declared", async () => {
  await expect(
    declared(() => {
      new Store("one", "chisan-events");
      new Store("two", "chisan-events");
    }),
  ).rejects.toThrow('CHI-N001 Queue "one-events" and "two-events" are both to be called "chisan-events": give one of them another in components/file-store.ts');
});

test("the same where the name is an output: its registration fails", () => {
  // In a process of its own: an error in an output is an unhandled rejection, which Jest takes for itself.
  const script = `
    const { Queue } = require("@pulumi/cloudflare/queue");
    const pulumi = require("@pulumi/pulumi");
    const { declaredStack } = require("./ops/declared/declared-stack");
    const { refuseNameCollisions } = require("./stacks/name-collisions");
    const program = () => {
      refuseNameCollisions();
      new Queue("one", { accountId: "${accountId}", queueName: "events" });
      new Queue("two", { accountId: "${accountId}", queueName: pulumi.output("events") });
    };
    declaredStack("prod", { program }).then(() => console.log("nothing"), (error) => {
      console.log(error.message);
      process.exitCode = 1; // as the tool's own report does; without it, Pulumi's SDK complains about what waits for the failed one
    });`;
  const root = join(__dirname, "..");
  const { stdout, stderr, status } = spawnSync(process.execPath, ["--require", "./toolchain/typescript.cjs", "-e", script], { cwd: root, encoding: "utf8" });
  expect([stderr, status]).toEqual(["", 1]);
  expect(stdout).toContain('CHI-N001 Queue "one" and "two" are both to be called "events": give one of them another in stacks/cloud-environment.ts');
});

test("one name in two places is no collision", async () => {
  const address = { name: "chisan-egress", project: "p" };
  await declared(() => {
    new Address("seoul", { ...address, region: "asia-northeast3" });
    new Address("tokyo", { ...address, region: "asia-northeast1" });
    new Store("one", "chisan-events");
    new Store("two", "chisan-other-events");
  });
});

test.each(stackNames)("nothing collides in %s", async (stack) => {
  const watched = (name: typeof stack) => {
    refuseNameCollisions();
    return declare(name);
  };
  await declaredStack(stack, { program: watched });
});

test("no two stacks give one name in an account that they share", () => {
  expect(sharedNameProblems(declaredBy, unknownValue)).toEqual([]);
});

test.each(stackNames)("the names of %s keep the vendors' limits", (stack) => {
  expect(nameProblems(declaredBy[stack], unknownValue)).toEqual([]);
});

const host = fc.stringMatching(/^[a-z][a-z0-9-]{1,40}[a-z0-9]$/).filter((label) => !label.includes("--"));

test("whatever the project, the zone and the buckets are called, the names of every stack keep the vendors' limits", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...cloudStacks),
      fc.stringMatching(/^[a-z][a-z0-9-]{4,28}[a-z0-9]$/),
      host,
      fc.stringMatching(/^[a-z0-9][a-z0-9-]{1,40}[a-z0-9]$/),
      async (stack, gcpProject, label, bucket) => {
        const zone = `${label}.app`;
        const configuration = {
          gcpProject,
          zone,
          appDomain: `app.${zone}`,
          apiDomain: `api.${zone}`,
          filesBucket: `${bucket}-f`,
          backupsBucket: `${bucket}-b`,
          apiImage: `asia-northeast3-docker.pkg.dev/${gcpProject}/chisan/api@sha256:${"0".repeat(64)}`,
        };
        const { resources } = await declaredStack(stack, { configuration });
        expect(nameProblems(resources, unknownValue)).toEqual([]);
      },
    ),
    { numRuns: 3 },
  );
}, 300_000);

/** Properties that hold no name of ours: a domain, a Google API, the name of another resource. */
const nameless: readonly string[] = ["cloudflare:index/dnsRecord:DnsRecord", "gcp:cloudrunv2/jobIamMember:JobIamMember", "gcp:cloudrunv2/serviceIamMember:ServiceIamMember"];

test("each type that is given a name has its limit in config/name-limits.ts", () => {
  const missing = new Set<string>();
  for (const stack of stackNames) {
    for (const { type, inputs, custom } of declaredBy[stack]) {
      const isNamed = ["name", "displayName", "accountId", "repositoryId", "roleId"].some((property) => property in inputs && !(property === "accountId" && type.startsWith("cloudflare:")));
      if (custom && isNamed && !type.startsWith("pulumi:") && nameRules[type] === undefined && !nameless.includes(type)) missing.add(type);
    }
  }
  expect([...missing]).toEqual([]);
});
