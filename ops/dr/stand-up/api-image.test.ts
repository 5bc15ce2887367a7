import { containerImage } from "../../../config/value-shapes";
import { apiImageOf, type ImageConfiguration } from "./api-image";

const digest = `sha256:${"0123456789abcdef".repeat(4)}`;
const prods = { apiImage: `asia-northeast3-docker.pkg.dev/chisan-prod/chisan-prod-images/api@${digest}` };
const configuration = (more: Partial<ImageConfiguration> = {}): ImageConfiguration => ({ set: undefined, project: "chisan-standin", region: undefined, cloud: true, ...more });
const own = `asia-northeast1-docker.pkg.dev/chisan-standin/chisan-dr-images/api@${digest}`;

test("an image of chisan-dr's own is fine, also of prod's digest", () => {
  expect(apiImageOf(configuration({ set: own }), prods)).toEqual({ state: "own", found: `${own}, not in prod's registry`, mend: undefined });
});

test.each([
  ["set to prod's registry", prods.apiImage, "in prod's registry"],
  ["not set, where prod runs one", undefined, "bootstrap"],
])("%s: copied to chisan-dr's by its digest, and set to a value that the configuration accepts", (_what, set, state) => {
  const { state: found, mend = "" } = apiImageOf(configuration({ set }), prods);
  expect(found).toBe(state);
  expect(mend).toContain(`crane copy ${prods.apiImage} asia-northeast1-docker.pkg.dev/chisan-standin/chisan-dr-images/api:0123456789ab`);
  const [, image] = /chisan:apiImage '([^']+)'/.exec(mend) ?? [];
  expect(image).toBe(own);
  expect(containerImage.read(image, [], (finding) => { throw new Error(finding.allowed); })).toBe(own);
  expect(mend).toContain("npx chisan up chisan-dr --cloud");
});

test("another region, the sandbox, and a prod that runs none", () => {
  expect(apiImageOf(configuration({ region: "asia-northeast2", cloud: false }), prods).mend).toMatch(/asia-northeast2-docker.*npx chisan up chisan-dr;/);
  expect(apiImageOf(configuration(), { apiImage: null }).mend).toContain("push CHISAN's API to asia-northeast1-docker.pkg.dev/chisan-standin/chisan-dr-images/api");
});
