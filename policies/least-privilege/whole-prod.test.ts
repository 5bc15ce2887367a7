/** All policies of both packs on all of the real prod program. */
import type { RecordedResource } from "../../components/test-support/mocks";
import { recordStack } from "../../stacks/test-support/recorded-stack";
import { dataProtection } from "../data-protection/policies";
import { unknown } from "../test-support/judge";
import { leastPrivilege } from "./policies";
import { mutated } from "./testing/mutations";
import { asSeen, messagesOf, pathsOf } from "./testing/whole-prod";

const policies = [...leastPrivilege, ...dataProtection];
const canary = "canary-8d1f";
let prod: RecordedResource[];

beforeAll(async () => {
  prod = await recordStack("prod");
});

/** The resource with one property changed, with the same neighbours. */
function changed(resource: RecordedResource, path: string, value: unknown): RecordedResource {
  return { ...resource, ...mutated([resource], resource.name, path, value)[0]! };
}

/** One of each type. */
function examples(resources: readonly RecordedResource[]): RecordedResource[] {
  return [...new Map(resources.map((resource) => [resource.type, resource])).values()];
}

test("a property that is not known yet never makes a violation", () => {
  const wrong: string[] = [];
  for (const resource of examples(prod)) {
    for (const path of pathsOf(resource.inputs)) {
      const open = changed(resource, path, unknown);
      const stack = asSeen(prod.map((each) => (each === resource ? open : each)));
      const alone = stack.filter(({ name, type }) => name === resource.name && type === resource.type);
      for (const policy of policies) {
        const { messages } = messagesOf(policy, policy.kind === "stack" ? stack : alone);
        wrong.push(...messages.map((message) => `${policy.id}: ${resource.name} ${path}: ${message}`));
      }
    }
  }
  expect(wrong).toEqual([]);
});

test("no secret is ever in a message, however a resource is broken", () => {
  // Every secret is the canary, which also makes them equal and so wrong.
  const secret = prod.map((resource) => {
    let open = resource;
    for (const path of resource.secretInputs) {
      const inner = pathsOf(resource.inputs).includes(path) ? path : undefined;
      if (inner !== undefined) open = changed(open, inner, inner === "value" ? `https://user:${canary}@evil.example.com` : canary);
    }
    return open;
  });
  let said = 0;
  const leaked: string[] = [];
  const listen = (policy: (typeof policies)[number], resources: ReturnType<typeof asSeen>, stack: string): void => {
    const { messages } = messagesOf(policy, resources, stack);
    said += messages.length;
    leaked.push(...messages.filter((message) => message.includes(canary)).map((message) => `${policy.id}: ${message}`));
  };
  for (const stack of ["prod", "staging"]) {
    const all = asSeen(secret);
    const alone = asSeen(secret.map((resource) => ({ ...resource, dependencies: [] })));
    const previewed = asSeen(
      secret.map((resource) => ("targets" in resource.inputs ? changed(resource, "targets", ["preview", "development"]) : resource)),
    );
    for (const policy of policies) for (const resources of [all, alone, previewed]) listen(policy, resources, stack);
  }
  // Each property of one of each type, broken in several ways.
  for (const resource of examples(secret)) {
    for (const path of pathsOf(resource.inputs)) {
      if (resource.secretInputs.includes(path)) continue;
      for (const value of [undefined, "broken", true, false, 0, "NEXT_PUBLIC_A_SECRET"]) {
        const broken = asSeen([changed(resource, path, value)]);
        for (const policy of policies) listen(policy, broken, "prod");
      }
    }
  }
  expect(leaked).toEqual([]);
  // The test would prove nothing if little had been said.
  expect(said).toBeGreaterThan(200);
});

test("a plain variable with a secret in it is reported by its name alone", () => {
  const services = prod.filter(({ type }) => type === "gcp:cloudrunv2/service:Service");
  for (const service of services) {
    for (const path of pathsOf(service.inputs).filter((each) => each.endsWith(".valueSource"))) {
      const open = changed(changed(service, path, undefined), path.replace(/valueSource$/, "value"), canary);
      const said = policies.flatMap((policy) => messagesOf(policy, asSeen([open])).messages);
      expect(said.some((message) => message.includes("has a plain value"))).toBe(true);
      expect(said.filter((message) => message.includes(canary))).toEqual([]);
    }
  }
});
