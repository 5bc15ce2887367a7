import type { Facts } from "../facts";
import { prerequisites } from "./index";
import { standInImage } from "./stand-in-image";

const image = (project: string) => `asia-northeast1-docker.pkg.dev/${project}/chisan-dr-images/api@sha256:${"0123456789abcdef".repeat(4)}`;
const state = async (settings: Record<string, unknown>) => (await standInImage.check({ setting: (key: string) => settings[key] } as unknown as Facts)).state;

test.each([
  ["its own project's", { apiImage: image("chisan-standin"), gcpProject: "chisan-standin" }, "done"],
  ["prod's project's", { apiImage: image("chisan-prod"), gcpProject: "chisan-standin" }, "open"],
  ["a project whose name begins alike", { apiImage: image("chisan-standin-2"), gcpProject: "chisan-standin" }, "open"],
  ["no registry of Google's", { apiImage: "registry.example/api@sha256:0", gcpProject: "chisan-standin" }, "open"],
  ["none", { gcpProject: "chisan-standin" }, "open"],
])("an image of %s", async (_what, settings, expected) => expect(await state(settings)).toBe(expected));

test("it is asked of chisan-dr alone", () => {
  expect(prerequisites).toContain(standInImage);
  expect(standInImage.stacks).toEqual(["chisan-dr"]);
});
