/** Facts about the random provider's types, read from the source of terraform-provider-random 3.9. Every input's change makes a new value. */
import { object, range, words, type GroupRule, type PackageFacts, type ResourceFacts } from "./facts";
import type { Values } from "../contract";

/** Classes of characters that can be switched off, but not all at once. A class that is left out is on. */
const SOME_CLASS: GroupRule = object("", "special", "at least one of special, upper, lower and numeric must be true", ({ special, upper, lower, number, numeric }) => {
  const digits = numeric ?? number;
  return digits !== false || [special, upper, lower].some((each) => each !== false);
});

const LONG_ENOUGH: GroupRule = object("", "length", "length must be at least minUpper + minLower + minNumeric + minSpecial", (inputs: Values) => {
  const sum = words("minUpper minLower minNumeric minSpecial").reduce((total, name) => total + Number(inputs[name] ?? 0), 0);
  return Number(inputs.length ?? sum) >= sum;
});

const text: ResourceFacts = {
  replace: words("keepers length lower minLower minNumeric minSpecial minUpper number numeric overrideSpecial special upper"),
  computed: words("number numeric"),
  defaults: { lower: true, minLower: 0, minNumeric: 0, minSpecial: 0, minUpper: 0, special: true, upper: true },
  rules: { length: range(1) },
  groups: [SOME_CLASS, LONG_ENOUGH],
  atPlan: [object("", "number", "number and numeric must not differ", ({ number, numeric }) => number === undefined || numeric === undefined || number === numeric)],
};

const keepersOnly: ResourceFacts = { replace: ["keepers"] };

export const randomFacts: PackageFacts = {
  "random:index/randomBytes:RandomBytes": { replace: words("keepers length"), rules: { length: range(1) } },
  "random:index/randomId:RandomId": { replace: words("byteLength keepers prefix") },
  "random:index/randomInteger:RandomInteger": { replace: words("keepers max min seed") },
  "random:index/randomPassword:RandomPassword": text,
  "random:index/randomPet:RandomPet": { replace: words("keepers length prefix separator"), defaults: { length: 2, separator: "-" } },
  "random:index/randomShuffle:RandomShuffle": { replace: words("inputs keepers resultCount seed") },
  "random:index/randomString:RandomString": text,
  "random:index/randomUuid4:RandomUuid4": keepersOnly,
  "random:index/randomUuid7:RandomUuid7": keepersOnly,
  "random:index/randomUuid:RandomUuid": keepersOnly,
};
