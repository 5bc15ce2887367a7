import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { startDynamicProvider } from "../test-support/dynamic-provider-process";
import { names, only, promiseOf, recordResources } from "../test-support/mocks";
import { DynamicResource, isUnknown, providerProgram } from "./dynamic-resource";

class Example extends DynamicResource {
  declare public readonly size: pulumi.Output<number>;
  declare public readonly made: pulumi.Output<string>;

  public constructor(name: string, size: pulumi.Input<number>, options?: pulumi.CustomResourceOptions) {
    super({ kind: "Example", module: "components/dynamic/example-provider.ts" }, name, { size, made: undefined }, options);
  }
}

test("a dynamic resource registers its inputs and a constant program, under a type of its own", async () => {
  const examples: Example[] = [];
  const resources = await recordResources(() => examples.push(new Example("example", 3)), { outputs: () => ({ made: "yes" }) });
  const { inputs } = only(resources, "pulumi-nodejs:dynamic/chisan:Example");
  expect(inputs).toEqual({ size: 3, __provider: providerProgram("components/dynamic/example-provider.ts") });
  expect(await promiseOf((examples[0] as Example).size)).toBe(3);
  expect(await promiseOf((examples[0] as Example).made)).toBe("yes");
  expect(names(resources)).toHaveLength(1);
});

test("the program names no folder of this machine", () => {
  expect(providerProgram("components/dynamic/example-provider.ts")).not.toContain(process.cwd());
  expect(providerProgram("components/dynamic/example-provider.ts")).not.toContain(join(__dirname, "..", ".."));
});

test.each(["", "example-provider.ts", "/components/example.ts", "components/../example.ts", 'components/a".ts', "components/example.js"])(
  "%j is no path of a provider's module",
  (module) => {
    expect(() => providerProgram(module)).toThrow("CHI-C010");
  },
);

test("Pulumi's process evaluates the program, loads the module from the project's folder, and calls it", async () => {
  const folder = mkdtempSync(join(tmpdir(), "chisan-dynamic-"));
  const write = (path: string, text: string) => {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  };
  write("toolchain/typescript.cjs", "globalThis.typescriptIsReadable = true;");
  // Without TypeScript's syntax, because the stand-in above transpiles nothing.
  write(
    "components/dynamic/example-provider.ts",
    `const ready = globalThis.typescriptIsReadable === true;
     exports.provider = { create: async ({ size }) => ({ id: "example-1", outs: { size, made: String(ready) } }) };`,
  );
  const provider = await startDynamicProvider(folder);
  try {
    const program = providerProgram("components/dynamic/example-provider.ts");
    const { id, properties } = await provider.create({ size: 4, __provider: program });
    expect(id).toBe("example-1");
    expect(properties).toEqual({ size: 4, made: "true", __provider: program });
  } finally {
    await provider.stop();
    rmSync(folder, { recursive: true });
  }
});

test("an unknown value is seen at any depth, as Pulumi writes it", () => {
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  const { unknownValue } = require("@pulumi/pulumi/runtime/rpc") as { unknownValue: string };
  expect(isUnknown({ a: [{ b: unknownValue }] })).toBe(true);
  expect(isUnknown({ a: [{ b: "known", c: null }] })).toBe(false);
});
