import type { Target } from "../../engine/target";
import { afterUp, type AfterUpHands } from "./after-up";

const target = (kind: Target["kind"]): Target => ({ kind, environment: {}, configurationArguments: [], explainFailure: () => undefined });

interface Done {
  readonly lines: readonly string[];
  readonly asked: readonly string[];
}

async function done(stack: Parameters<typeof afterUp>[0], kind: Target["kind"], broken: Partial<AfterUpHands> = {}): Promise<Done> {
  const lines: string[] = [];
  const asked: string[] = [];
  const given = target(kind);
  const hands: AfterUpHands = {
    kit: async (used) => {
      expect(used).toBe(given);
      asked.push("kit");
      return { file: "recovery/prod.kit.age", changed: true };
    },
    state: async (of, used) => {
      expect(used).toBe(given);
      asked.push(`state ${of}`);
      return { id: "20261123T140500Z", resources: 210 };
    },
    signer: async (of, used) => {
      expect(used).toBe(given);
      asked.push(`signer ${of}`);
      return undefined;
    },
    ...broken,
  };
  await afterUp(stack, given, (line) => lines.push(line), hands);
  return { lines, asked };
}

test("in the cloud each stack's state is kept and its signer looked at, prod's kit is renewed; by the target that was chosen", async () => {
  expect((await done("prod", "cloud")).asked).toEqual(["kit", "state prod", "signer prod"]);
  expect((await done("staging", "cloud")).asked).toEqual(["state staging", "signer staging"]);
  expect((await done("chisan-dr", "cloud")).lines).toEqual(["The state of chisan-dr is kept: copy 20261123T140500Z, 210 resources"]);
});

test("a rehearsal keeps nothing but prod's kit, and asks nobody to commit it", async () => {
  expect(await done("prod", "sandbox")).toEqual({ asked: ["kit"], lines: [] });
  for (const stack of ["dev", "staging", "chisan-dr"] as const) expect(await done(stack, "sandbox")).toEqual({ asked: [], lines: [] });
});

test("a state that cannot be kept is one line with a code and the command, and hides none of the others", async () => {
  const state = () => Promise.reject(new Error("CHI-A012 the bucket does not answer\nsecond line"));
  const { lines, asked } = await done("prod", "cloud", { state });
  expect(lines.filter((line) => line.startsWith("warning"))).toEqual([
    "warning: CHI-H185 no copy of prod's state was kept (CHI-A012 the bucket does not answer); the up itself succeeded: npx chisan dr state save --stack prod --cloud",
  ]);
  expect(asked).toEqual(["kit", "signer prod"]);
});

test("neither does a kit or a signer that fails; what is new is to be committed", async () => {
  const { lines } = await done("prod", "cloud", { kit: () => Promise.reject(new Error("CHI-H020 at fault: x")), signer: async () => "recovery/report-signers/prod-1.pem" });
  expect(lines[0]).toBe("warning: the recovery kit is as it was (CHI-H020 at fault: x); the up itself succeeded: npx chisan dr kit --cloud");
  expect(lines.at(-1)).toMatch(/^Commit .*report-signers\/prod-1\.pem: .*dr report --verify/);
  expect((await done("prod", "cloud", { signer: () => Promise.reject(new Error("CHI-H131 no key")) })).lines.at(-1)).toMatch(/^warning: CHI-H186 .*CHI-H131 no key.*npx chisan up prod --cloud$/);
});
