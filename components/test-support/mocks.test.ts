import * as pulumi from "@pulumi/pulumi";
import { RandomPassword } from "@pulumi/random/randomPassword";
import { RandomBytes } from "@pulumi/random/randomBytes";
import { ChisanComponent } from "../component";
import { isSecret, isSecretInput, names, only, promiseOf, recordResources } from "./mocks";

class Pair extends ChisanComponent {
  public readonly result: pulumi.Output<string>;

  public constructor(name: string, insideApply = false) {
    super("Pair", name, { protect: true });
    const first = new RandomPassword(
      `${name}-first`,
      { length: 40, keepers: { secret: pulumi.secret("s"), plain: "p" } },
      this.child({ retainOnDelete: true }),
    );
    if (insideApply) {
      first.result.apply(() => new RandomBytes(`${name}-late`, { length: 32 }, this.child()));
    }
    this.result = first.result;
  }
}

const passwordType = "random:index/randomPassword:RandomPassword";

test("inputs are plain, and the secret ones are listed by path", async () => {
  const password = only(await recordResources(() => new Pair("a")), passwordType);
  expect(password.inputs).toEqual({ length: 40, keepers: { secret: "s", plain: "p" } });
  expect(password.secretInputs).toEqual(["keepers.secret"]);
  expect(isSecretInput(password, "keepers.secret")).toBe(true);
  expect(isSecretInput(password, "keepers.plain")).toBe(false);
});

test("parent, protection and the other options are recorded", async () => {
  const resources = await recordResources(() => new Pair("a"));
  expect(resources).toHaveLength(2);
  expect(only(resources, passwordType)).toMatchObject({ parent: "a", protect: true, retainOnDelete: true, custom: true });
  expect(only(resources, "chisan:infrastructure:Pair")).toMatchObject({ custom: false, inputs: {} });
});

test("outputs are deterministic, and secret where the provider says so", async () => {
  const built: Pair[] = [];
  await recordResources(() => built.push(new Pair("a"), new Pair("b")));
  const [a, b] = await Promise.all(built.map((pair) => promiseOf(pair.result)));
  expect(a).toHaveLength(40);
  expect(a).not.toBe(b);
  expect(await isSecret((built[0] as Pair).result)).toBe(true);
  expect(await isSecret(pulumi.output("x"))).toBe(false);
});

test("a resource created inside apply is missing from the preview", async () => {
  const applied = await recordResources(() => new Pair("a", true));
  const preview = await recordResources(() => new Pair("a", true), { preview: true });
  expect(names(applied)).toContain("random:index/randomBytes:RandomBytes a-late");
  expect(names(preview)).not.toContain("random:index/randomBytes:RandomBytes a-late");
});

test("an error of a constructor rejects the recording", async () => {
  await expect(
    recordResources(() => {
      throw new Error("in build");
    }),
  ).rejects.toThrow("in build");
});

test("a provider function without an answer fails by name", async () => {
  await expect(recordResources(() => pulumi.runtime.invoke("gcp:organizations/getProject:getProject", {}))).rejects.toThrow(
    "gcp:organizations/getProject:getProject",
  );
});
