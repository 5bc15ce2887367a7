import fc from "fast-check";
import { RunningServers } from "../testing/running-servers";
import type { EngineClient } from "../testing/engine-client";
import { VendorRefusal } from "./model";
import { randomString, uuid7 } from "./random";

const specials = "!@#$%&*()-_=+[]{}<>:?";
const count = (text: string, characters: RegExp): number => [...text].filter((each) => characters.test(each)).length;

describe("randomString", () => {
  const minimum = fc.integer({ min: 0, max: 6 });
  const inputs = fc.record(
    {
      minUpper: minimum,
      minLower: minimum,
      minNumeric: minimum,
      minSpecial: minimum,
      upper: fc.boolean(),
      lower: fc.boolean(),
      numeric: fc.boolean(),
      special: fc.boolean(),
      overrideSpecial: fc.constantFrom("_-", "~"),
    },
    { requiredKeys: [] },
  );
  it("has the length, at least the minimum of each class, and nothing of a class that is off", () => {
    fc.assert(
      fc.property(inputs, fc.integer({ min: 24, max: 80 }), (options, length) => {
        const { upper = true, lower = true, numeric = true, special = true } = options;
        fc.pre(upper || lower || numeric || special);
        const own = options.overrideSpecial ?? specials;
        const isSpecial = new RegExp(`[${own.replace(/[\]\-\\^[]/g, "\\$&")}]`);
        const text = randomString({ ...options, length });
        const classes: Array<[RegExp, boolean, number]> = [
          [/[A-Z]/, upper, options.minUpper ?? 0],
          [/[a-z]/, lower, options.minLower ?? 0],
          [/[0-9]/, numeric, options.minNumeric ?? 0],
          [isSpecial, special, options.minSpecial ?? 0],
        ];
        expect(text).toHaveLength(length);
        expect(classes.reduce((sum, [characters]) => sum + count(text, characters), 0)).toBe(length);
        for (const [characters, on, least] of classes) {
          if (on) expect(count(text, characters)).toBeGreaterThanOrEqual(least);
          else expect(count(text, characters)).toBe(least);
        }
      }),
    );
  });

  it("refuses minimums beyond the length, and no class at all", () => {
    expect(() => randomString({ length: 3, minUpper: 2, minLower: 2 })).toThrow(VendorRefusal);
    expect(() => randomString({ length: 3, upper: false, lower: false, numeric: false, special: false })).toThrow("at least one of");
  });

  it("is never the same twice", () => {
    expect(new Set(Array.from({ length: 500 }, () => randomString({ length: 16 }))).size).toBe(500);
  });
});

it("a version 7 UUID has its version, its variant and the time", () => {
  const before = Date.now();
  const uuid = uuid7();
  expect(uuid).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  const time = parseInt(uuid.replace("-", "").slice(0, 12), 16);
  expect(time >= before && time <= Date.now()).toBe(true);
});

describe("random resources", () => {
  let running: RunningServers;
  let engine: EngineClient;
  beforeAll(async () => {
    running = await RunningServers.start({ packages: ["random"] });
    engine = running.engine("random");
  });
  afterAll(() => running.stop());
  const unwrap = (value: unknown): string => (value as { value: string }).value;

  it("live in Pulumi's state only: a refresh keeps them, and the world knows nothing of them", async () => {
    const made = await engine.create("random:index/randomPassword:RandomPassword", "p", { length: 32, special: false });
    expect(made.id).toBe("none");
    expect(unwrap(made.outputs.result)).toMatch(/^[A-Za-z0-9]{32}$/);
    expect(unwrap(made.outputs.bcryptHash)).toMatch(/^\$2a\$10\$[./A-Za-z0-9]{53}$/);
    expect(made.outputs).toMatchObject({ lower: true, upper: true, numeric: true, number: true, special: false, minLower: 0 });
    expect(await engine.refresh(made)).toEqual(made);
    expect(running.servers.world.types()).toEqual([]);
  });

  it("agree with themselves: bytes in base64 and hex, an ID in four forms", async () => {
    const bytes = await engine.create("random:index/randomBytes:RandomBytes", "b", { length: 32 });
    expect(Buffer.from(unwrap(bytes.outputs.base64), "base64").toString("hex")).toBe(unwrap(bytes.outputs.hex));
    expect(unwrap(bytes.outputs.hex)).toHaveLength(64);
    const id = await engine.create("random:index/randomId:RandomId", "i", { byteLength: 4, prefix: "p-" });
    const hex = String(id.outputs.hex).slice(2);
    expect(id.outputs).toMatchObject({ b64Url: `p-${Buffer.from(hex, "hex").toString("base64url")}`, dec: `p-${parseInt(hex, 16)}` });
    expect(id.id).toBe(Buffer.from(hex, "hex").toString("base64url"));
  });

  it("are made anew when a keeper changes", async () => {
    const inputs = { length: 32, keepers: { generation: "1" } };
    const made = await engine.create("random:index/randomPassword:RandomPassword", "k", inputs);
    expect(await engine.isSettled(made, inputs)).toBe(true);
    const diff = await engine.diff(made, { ...inputs, keepers: { generation: "2" } });
    expect([diff.getReplacesList(), diff.getDeletebeforereplace()]).toEqual([["keepers"], false]);
  });

  it("import a password by its value", async () => {
    const imported = await engine.import("random:index/randomPassword:RandomPassword", "p", "imported-value");
    expect(unwrap(imported!.outputs.result)).toBe("imported-value");
    await expect(engine.import("random:index/randomBytes:RandomBytes", "b", "x")).rejects.toThrow("CHI-S115");
  });
});
