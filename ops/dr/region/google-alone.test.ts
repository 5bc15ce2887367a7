import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { googleAlone, googleAloneInWords } from "./google-alone";

const folder = mkdtempSync(join(tmpdir(), "chisan-google-alone-"));
afterAll(() => rmSync(folder, { recursive: true }));

function file(text: string): string {
  const path = join(folder, "Pulumi.prod.yaml");
  writeFileSync(path, text);
  return path;
}

const configured = () => file("config:\n  chisan:gcpProject: chisan-live\n");
const away = { kind: "away", from: "asia-northeast3" } as const;
const group = (region: string) => `--network-endpoint-group=chisan-prod-api --network-endpoint-group-region=${region} --project=chisan-live`;
const show = "gcloud compute backend-services describe chisan-prod-api --global --format='value(backends[].group)' --project=chisan-live";

test("away: Tokyo serves before Seoul is left, and keeps prod's minimum running", () => {
  expect(googleAlone("prod", configured(), away, true)).toEqual({
    commands: [
      `gcloud compute backend-services add-backend chisan-prod-api --global ${group("asia-northeast1")}`,
      `gcloud compute backend-services remove-backend chisan-prod-api --global ${group("asia-northeast3")}`,
      "gcloud run services update chisan-prod-api --region=asia-northeast1 --min=1 --project=chisan-live",
      show,
    ],
    afterwards: "npx chisan dr region --stack prod --away seoul --cloud",
  });
});

test("the same when the configuration says it already: a run that broke off may have written it", () => {
  const written = file("config:\n  chisan:gcpProject: chisan-live\n  chisan:activeRegions: '[\"asia-northeast1\"]'\n");
  expect(googleAlone("prod", written, away, true)).toEqual(googleAlone("prod", configured(), away, true));
});

test("back: Seoul serves before Tokyo is left, whose instances the follow-up takes down", () => {
  expect(googleAlone("prod", configured(), { kind: "back" }, false)).toEqual({
    commands: [
      `gcloud compute backend-services add-backend chisan-prod-api --global ${group("asia-northeast3")}`,
      `gcloud compute backend-services remove-backend chisan-prod-api --global ${group("asia-northeast1")}`,
      show,
    ],
    afterwards: "npx chisan dr region --stack prod --back",
  });
});

test("what is printed can be run as it is: only commands and comments", () => {
  const lines = googleAloneInWords(googleAlone("prod", configured(), away, true)).split("\n");
  expect(lines.filter((line) => !line.startsWith("gcloud ")).every((line) => line.startsWith("# "))).toBe(true);
  expect(lines.at(-1)).toBe("# npx chisan dr region --stack prod --away seoul --cloud");
});

test("without the project: in the cloud the key to set, in a rehearsal its stand-in", () => {
  const empty = file("config: {}\n");
  expect(() => googleAlone("prod", empty, away, true)).toThrow(
    "CHI-D013 the Google Cloud project of prod is not known, as chisan:gcpProject is not in Pulumi.prod.yaml: pulumi config set chisan:gcpProject '<project id>' --stack prod",
  );
  expect(googleAlone("prod", empty, away, false).commands[0]).toContain("--project=chisan-sandbox-prod");
});

test("a stack without a cloud is told so", () => {
  expect(() => googleAlone("dev", configured(), away, true)).toThrow(/^CHI-D002 dev runs on this machine/);
});
