import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readStackFile, settingsOf } from "./settings";

const folder = mkdtempSync(join(tmpdir(), "chisan-doctor-"));
afterAll(() => rmSync(folder, { recursive: true }));

test("plain values are told, of encrypted ones only that they are there", () => {
  const { setting, isSet } = settingsOf({
    config: {
      "chisan:zone": "chisan.app",
      gcpProject: "without-namespace",
      "chisan:googleClientSecret": { secure: "v1:canary" },
      "chisan:alertContacts": { primaryOnCall: { email: { secure: "v1:canary" } } },
      "chisan:slackChannels": '{"critical":"#incidents"}',
      "chisan:logLevel": "",
    },
  });
  expect([setting("zone"), setting("gcpProject"), setting("slackChannels")]).toEqual(["chisan.app", "without-namespace", { critical: "#incidents" }]);
  expect([setting("googleClientSecret"), setting("alertContacts")]).toEqual([undefined, undefined]);
  expect([isSet("googleClientSecret"), isSet("alertContacts"), isSet("logLevel"), isSet("region")]).toEqual([true, true, false, false]);
});

test("no file, an empty one, and one that is no YAML", () => {
  expect(readStackFile(join(folder, "absent.yaml"))).toEqual({});
  const file = join(folder, "Pulumi.prod.yaml");
  writeFileSync(file, "");
  expect(readStackFile(file)).toEqual({});
  writeFileSync(file, "config: [canary");
  expect(() => readStackFile(file)).toThrow(/^CHI-D012 .*Pulumi\.prod\.yaml is no YAML \([A-Z_]+\): git checkout/);
});
