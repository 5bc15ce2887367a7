import fc from "fast-check";
import { prod } from "../../stacks/prod";
import { specifications } from "../../stacks/specifications";
import { staging } from "../../stacks/staging";
import { agree, canonicaliser } from "./canonical";
import { plainConfiguration } from "./declared-shape";
import { identityTexts, ownTexts, type IdentityText } from "./environment-identity";

const own = ownTexts(identityTexts(staging, plainConfiguration("staging", "test")), identityTexts(prod, plainConfiguration("prod", "test")));
const [inStaging, inProd] = [canonicaliser(own.a), canonicaliser(own.b)];

test.each([
  ["chisan-staging-api", "chisan-prod-api"],
  ["api-asia-northeast3", "api-asia-northeast3"],
  ["https://staging.chisan.app/auth/callback", "https://app.chisan.app/auth/callback"],
  ["com.cloudflare.edge.r2.bucket.0_default_chisan-files-staging", "com.cloudflare.edge.r2.bucket.0_default_chisan-files"],
  ["chisan-files-vault-staging", "chisan-files-vault"],
  ["serviceAccount:x@chisan-sandbox-staging.iam.gserviceaccount.com", "serviceAccount:x@chisan-sandbox-prod.iam.gserviceaccount.com"],
  ["The API in [asia-northeast3] (staging)", "The API in [asia-northeast3] (prod)"],
])("%s is %s of the other", (a, b) => {
  expect(inStaging.text(a)).toBe(inProd.text(b));
});

test.each([
  ["prod's bucket in staging", "chisan-files", "chisan-files"],
  ["prod's host in staging", "https://app.chisan.app", "https://app.chisan.app"],
  ["prod's name in staging", "chisan-prod-api", "chisan-prod-api"],
  ["another region", "asia-northeast1", "asia-northeast3"],
  ["another bucket", "chisan-files-staging", "chisan-files-vault"],
  ["a name that only begins alike", "staginghouse", "prodhouse"],
  ["a bucket whose name goes on", "chisan-backups-staging-old", "chisan-backups-old"],
  ["a word of one environment only", "restored to staging", "restored to staging"],
])("%s is a difference", (_, a, b) => {
  expect(agree(inStaging.text(a), inProd.text(b))).toBe(false);
});

test("keys and numbers are canonical too, other values are as they were", () => {
  const identity: IdentityText[] = [{ means: "id", text: "1234567", inNames: false }, { means: "environment", text: "prod", inNames: true }];
  const { value } = canonicaliser(identity);
  expect(value({ "a-prod": [1234567, 12345678, true, null, undefined, { b: "prod" }] })).toEqual({ "a-‹environment›": ["‹id›", 12345678, true, null, undefined, { b: "‹environment›" }] });
});

test("a text that means two things agrees with either", () => {
  const dr = canonicaliser([{ means: "environment", text: "chisan-dr", inNames: false }, { means: "configuration gcpProject", text: "chisan-dr", inNames: false }]);
  const two = canonicaliser([{ means: "environment", text: "prod", inNames: true }, { means: "configuration gcpProject", text: "chisan-live", inNames: false }]);
  expect(dr.text("chisan-dr")).toBe("‹configuration gcpProject|environment›");
  for (const text of ["prod", "chisan-live"]) expect(agree(dr.text("in chisan-dr!"), two.text(`in ${text}!`))).toBe(true);
  expect(agree(dr.text("in chisan-dr!"), two.text("in prod"))).toBe(false);
  expect(agree("‹environment›", "‹region›")).toBe(false);
});

/** Texts of the environment's own words, pieces of them, and anything else, without the marks of the comparison. */
const words = [...new Set(own.a.map(({ text }) => text))];
const piece = fc.oneof(
  fc.constantFrom(...words),
  fc.constantFrom(...words).chain((word) => fc.nat(word.length).map((length) => word.slice(0, length))),
  fc.constantFrom("-", ".", "/", "_", "@", "#", " ", "a", "0", "chisan"),
  fc.string({ maxLength: 6 }),
);
const text = fc.array(piece, { maxLength: 8 }).map((pieces) => pieces.join("").replace(/[‹›]/g, ""));

test("canonical values stay as they are", () => {
  fc.assert(fc.property(text, (one) => expect(inStaging.text(inStaging.text(one))).toBe(inStaging.text(one))), { numRuns: 2000 });
});

test("nothing but the environment's own words is replaced: the text can be had back", () => {
  const meant = new Map(own.a.map(({ means, text: word }) => [means, word]));
  const restored = (canonical: string) => canonical.replace(/‹([^›]*)›/g, (_, means: string) => meant.get(means.split("|")[0] ?? "") ?? "?");
  // The slug and the stack's name mean the same, and are the same in staging.
  fc.assert(fc.property(text, (one) => expect(restored(inStaging.text(one))).toBe(one)), { numRuns: 2000 });
});

test("two different values of one environment are never the same", () => {
  fc.assert(fc.property(text, text, (one, other) => expect(agree(inStaging.text(one), inStaging.text(other))).toBe(one === other)), { numRuns: 2000 });
});

test("what is not derived from the environment is not hidden: a change anywhere else is still there", () => {
  /** A template with holes for what the environments call themselves. */
  const shared = own.a.flatMap(({ means, text: a }) => own.b.filter((other) => other.means === means).map(({ text: b }) => ({ a, b })));
  const parts = fc.array(fc.oneof(fc.constantFrom(...shared), fc.constantFrom("x", "y1", "Z").map((word) => ({ a: word, b: word }))), { minLength: 1, maxLength: 6 });
  fc.assert(
    fc.property(parts, fc.nat(5), (template, at) => {
      const filled = (side: "a" | "b") => template.map((part) => part[side]);
      expect(agree(inStaging.text(filled("a").join(" ")), inProd.text(filled("b").join(" ")))).toBe(true);
      const changed = filled("a").map((part, index) => (index === at % template.length ? `${part}9` : part));
      expect(agree(inStaging.text(changed.join(" ")), inProd.text(filled("b").join(" ")))).toBe(false);
    }),
  );
});

test("no account's id that two environments share is replaced", () => {
  const shared = Object.entries(plainConfiguration("prod", "test")).filter(([key, value]) => plainConfiguration("staging", "test")[key] === value);
  expect(shared.length).toBeGreaterThan(5);
  expect(inProd.text("chisan/platform")).toBe("chisan/platform");
});

test.each(["staging", "prod", "chisan-dr"] as const)("%s has a name for each of its places", (stack) => {
  const means = identityTexts(specifications[stack], plainConfiguration(stack, "test")).map((one) => one.means);
  expect(means).toEqual(expect.arrayContaining(["environment", "app host", "API host", "files bucket", "backups bucket", "region", "database region", "configuration gcpProject"]));
  expect(means.includes("backup region")).toBe(specifications[stack].gcpBackupRegion !== null);
  expect(means.filter((one) => /[Tt]oken|Secret|apiKey|backupIdentity/.test(one))).toEqual([]);
});
