import { randomBytes, randomInt, randomUUID, scryptSync } from "node:crypto";
import type { Json, JsonObject } from "../../world/world";
import { digits, lowerCase, randomText, upperCase } from "./ids";
import { defaults, kept, text, VendorRefusal, type ResourceModel, type Situation, type VendorModel } from "./model";

/** The provider's own set of special characters (its documentation of `override_special`). */
const special = "!@#$%&*()-_=+[]{}<>:?";

const count = (inputs: JsonObject, property: string, otherwise: number): number =>
  typeof inputs[property] === "number" ? inputs[property] : otherwise;

/** A string as random_string and random_password make it: the minimum of each class, the rest from all of them, shuffled. */
export function randomString(inputs: JsonObject): string {
  const classes = [
    { alphabet: upperCase, on: inputs.upper !== false, minimum: count(inputs, "minUpper", 0) },
    { alphabet: lowerCase, on: inputs.lower !== false, minimum: count(inputs, "minLower", 0) },
    { alphabet: digits, on: (inputs.numeric ?? inputs.number) !== false, minimum: count(inputs, "minNumeric", 0) },
    {
      alphabet: typeof inputs.overrideSpecial === "string" && inputs.overrideSpecial !== "" ? inputs.overrideSpecial : special,
      on: inputs.special !== false,
      minimum: count(inputs, "minSpecial", 0),
    },
  ];
  const length = count(inputs, "length", 0);
  const minimum = classes.reduce((sum, each) => sum + each.minimum, 0);
  if (length < minimum)
    throw new VendorRefusal(`length must be at least ${minimum}, the sum of the minimums of each character class, got: ${length}`);
  const all = classes
    .filter((each) => each.on)
    .map((each) => each.alphabet)
    .join("");
  if (all === "") throw new VendorRefusal("at least one of upper, lower, numeric, special must be true");
  return shuffled([...classes.map((each) => randomText(each.alphabet, each.minimum)).join(""), ...randomText(all, length - minimum)]).join(
    "",
  );
}

function shuffled<T>(values: T[]): T[] {
  const result = [...values];
  for (let last = result.length - 1; last > 0; last--) {
    const other = randomInt(last + 1);
    [result[last], result[other]] = [result[other]!, result[last]!];
  }
  return result;
}

/** The shape of a bcrypt hash; derived with scrypt, since Node has no bcrypt and nothing of ours verifies it. */
function bcryptShaped(value: string): string {
  const hash = scryptSync(value, randomBytes(16), 40).toString("base64url").replace(/[-_]/g, ".").slice(0, 53);
  return `$2a$10$${hash}`;
}

const stringDefaults = (inputs: JsonObject): JsonObject => {
  const numeric = (inputs.numeric ?? inputs.number ?? true) as Json;
  return defaults(inputs, {
    lower: true,
    upper: true,
    special: true,
    minLower: 0,
    minNumeric: 0,
    minSpecial: 0,
    minUpper: 0,
    numeric,
    number: numeric,
  });
};

const simple = (id: (outputs: JsonObject) => string, computed: (situation: Situation) => JsonObject): ResourceModel => ({
  stateOnly: true,
  id: (_situation, outputs) => id(outputs),
  computed,
});

const uuid = (make: () => string): ResourceModel =>
  simple(
    (outputs) => text(outputs, "result"),
    (situation) => ({ result: kept(situation, "result", make) }),
  );

/** RFC 9562, section 5.7: 48 bits of Unix time in milliseconds, then version, variant and randomness. */
export function uuid7(): string {
  const bytes = randomBytes(16);
  bytes.writeUIntBE(Date.now(), 0, 6);
  bytes[6] = 0x70 | (bytes[6]! & 0x0f);
  bytes[8] = 0x80 | (bytes[8]! & 0x3f);
  return bytes.toString("hex").replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

const petWords = [
  "amber",
  "brisk",
  "calm",
  "deft",
  "eager",
  "fleet",
  "gentle",
  "hardy",
  "keen",
  "lucid",
  "mellow",
  "noble",
  "otter",
  "heron",
  "lynx",
  "finch",
];

export const random: VendorModel = {
  resources: {
    "random:index/randomPassword:RandomPassword": simple(
      () => "none",
      (situation) => {
        const result = kept(situation, "result", () => randomString(situation.inputs)) as string;
        return { ...stringDefaults(situation.inputs), result, bcryptHash: kept(situation, "bcryptHash", () => bcryptShaped(result)) };
      },
    ),
    "random:index/randomString:RandomString": simple(
      (outputs) => text(outputs, "result"),
      (situation) => ({ ...stringDefaults(situation.inputs), result: kept(situation, "result", () => randomString(situation.inputs)) }),
    ),
    "random:index/randomBytes:RandomBytes": simple(
      () => "none",
      (situation) => {
        const base64 = kept(situation, "base64", () => randomBytes(count(situation.inputs, "length", 1)).toString("base64")) as string;
        return { base64, hex: Buffer.from(base64, "base64").toString("hex") };
      },
    ),
    "random:index/randomId:RandomId": simple(
      (outputs) => text(outputs, "b64Url").slice(typeof outputs.prefix === "string" ? outputs.prefix.length : 0),
      (situation) => {
        const prefix = typeof situation.inputs.prefix === "string" ? situation.inputs.prefix : "";
        const before = situation.previous?.outputs;
        const hex = before
          ? text(before, "hex").slice(typeof before.prefix === "string" ? before.prefix.length : 0)
          : randomBytes(count(situation.inputs, "byteLength", 1)).toString("hex");
        const bytes = Buffer.from(hex, "hex");
        return {
          b64Std: prefix + bytes.toString("base64"),
          b64Url: prefix + bytes.toString("base64url"),
          hex: prefix + hex,
          dec: prefix + BigInt(`0x${hex}`).toString(),
        };
      },
    ),
    "random:index/randomInteger:RandomInteger": simple(
      (outputs) => String(outputs.result),
      (situation) => {
        const [min, max] = [count(situation.inputs, "min", 0), count(situation.inputs, "max", 0)];
        if (max < min) throw new VendorRefusal(`the minimum value (${min}) must be smaller than or equal to the maximum (${max})`);
        return { result: kept(situation, "result", () => randomInt(min, max + 1)) };
      },
    ),
    "random:index/randomPet:RandomPet": simple(
      (outputs) => text(outputs, "name"),
      (situation) => {
        const filled = { ...situation.inputs, ...defaults(situation.inputs, { length: 2, separator: "-" }) };
        const words = (): string[] => Array.from({ length: count(filled, "length", 2) }, () => petWords[randomInt(petWords.length)]!);
        const prefix = typeof filled.prefix === "string" ? [filled.prefix] : [];
        return {
          length: filled.length!,
          separator: filled.separator!,
          name: kept(situation, "name", () => [...prefix, ...words()].join(text(filled, "separator"))),
        };
      },
    ),
    "random:index/randomShuffle:RandomShuffle": simple(
      () => "-",
      (situation) => ({
        results: kept(situation, "results", () => {
          const values = situation.inputs.inputs as Json[];
          return shuffled(values).slice(0, count(situation.inputs, "resultCount", values.length));
        }),
      }),
    ),
    "random:index/randomUuid:RandomUuid": uuid(randomUUID),
    "random:index/randomUuid4:RandomUuid4": uuid(randomUUID),
    "random:index/randomUuid7:RandomUuid7": uuid(uuid7),
  },
  functions: {},
};
