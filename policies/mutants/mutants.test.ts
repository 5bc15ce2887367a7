import { resourcePolicy } from "../framework/policy";
import { BlindJudge } from "./blind/judge";
import { blindMutants } from "./blind/generate";
import { isRefusedByProvider, scoreBlind } from "./blind/score";
import { scorePromises } from "./document/score";
import { intendedMutants, scoreIntended, withoutGenerator } from "./intended/score";
import { valueAt } from "./edit";
import { judge } from "../test-support/judge";
import { type Programs, resourcesWith } from "./mutant";
import { allPacks, assertClean, type Packs, recordedPrograms, seenBy } from "./programs";
import { hasSurvivors, scoreText, totals } from "./report";
import { shuffled } from "./sample";

const packs = allPacks();
const seed = 20_261_123;
let programs: Programs;

beforeAll(async () => {
  programs = await recordedPrograms();
});

/** The packs with one policy exchanged, or taken away. */
function packsWith(pack: keyof Packs, id: string, change: "removed" | "blind"): Packs {
  const changed = packs[pack].flatMap((policy) =>
    policy.id !== id ? [policy] : change === "removed" ? [] : [{ ...policy, check: () => undefined }],
  );
  return { ...packs, [pack]: changed };
}

test("every policy has been told how to be broken, and nothing else has", () => {
  expect(withoutGenerator(packs)).toEqual([]);
  const known = Object.entries(packs).flatMap(([pack, policies]) => policies.map(({ id }) => `${pack}/${id}`));
  const generators = Object.entries(intendedMutants).flatMap(([pack, of]) => Object.keys(of).map((id) => `${pack}/${id}`));
  expect(generators.sort()).toEqual(known.sort());
});

test("a new policy that nothing breaks stops the run, by its name", async () => {
  const [first] = packs["least-privilege"];
  const added = resourcePolicy({
    id: "brand-new",
    title: "t",
    severity: "low",
    section: "1",
    why: "w",
    remediation: "r",
    types: "all",
    check: () => undefined,
  });
  const more = { ...packs, "least-privilege": [first ?? added, added] };
  expect(withoutGenerator(more)).toEqual(["least-privilege/brand-new"]);
  await expect(scoreIntended(programs, more, { seed, sample: 1 })).rejects.toThrow("CHI-M005 nothing breaks least-privilege/brand-new");
});

test("the packs are clean on what is broken afterwards", () => assertClean(programs, packs));

test("a sample of the mutants: every intended one is caught", async () => {
  const sample = 190;
  const intended = await scoreIntended(programs, packs, { seed, sample });
  const blind = scoreBlind(programs.prod, Object.values(packs).flat(), { seed, sample: 2000 });
  process.stderr.write(
    `${totals({ seed, sample, intended, promises: scorePromises(programs.prod, Object.values(packs).flat()), blind })}\n`,
  );
  expect(intended.flatMap(({ pack, policy, missed }) => missed.map((mutant) => `${pack}/${policy} passes ${mutant}`))).toEqual([]);
  expect(intended.filter(({ mutants }) => mutants === 0)).toEqual([]);
});

test("every change that breaks a promise of the document is noticed by a policy, or none can", () => {
  const promises = scorePromises(programs.prod, Object.values(packs).flat());
  expect(promises.filter(({ unjudged }) => unjudged === undefined).flatMap(({ missed }) => missed)).toEqual([]);
  // What a policy has learnt to judge is no excuse any more.
  expect(promises.filter(({ unjudged, caught }) => unjudged !== undefined && caught > 0)).toEqual([]);
});

test.each([
  ["least-privilege", "no-basic-roles", "removed"],
  ["least-privilege", "no-basic-roles", "blind"],
  ["data-protection", "backups-locked", "removed"],
  ["data-protection", "backups-locked", "blind"],
  ["environment-parity", "row-level-security", "blind"],
] as const)("%s/%s %s: its mutants survive, and the score says so", async (pack, id, change) => {
  const intended = await scoreIntended(programs, packsWith(pack, id, change), { seed, sample: 10, policy: id });
  expect(intended).toMatchObject([{ policy: id, mutants: 10, caught: 0 }]);
  expect(intended[0]?.missed).toHaveLength(10);
  expect(hasSurvivors({ intended, promises: [] })).toBe(true);
});

test("a policy that nobody has is not mutated", () =>
  expect(scoreIntended(programs, packs, { seed, policy: "no-red" })).rejects.toThrow('CHI-M012 no policy has the id "no-red"'));

test("there are more than 120 intended mutants, each other than the program", () => {
  const all = Object.values(intendedMutants).flatMap((generators) => Object.values(generators).flatMap((generate) => generate(programs)));
  expect(all.length).toBeGreaterThan(120);
  const idle = all.filter(({ original, mutated, during }) => during === undefined && JSON.stringify(original) === JSON.stringify(mutated));
  expect(idle.map(({ original, path, change }) => `${original?.name} ${path.join(".")} ${change}`)).toEqual([]);
});

test("blind mutants are the same each time, and each differs from the program", () => {
  const mutants = blindMutants(programs.prod);
  expect(mutants.map(({ change }) => change)).toEqual(blindMutants(programs.prod).map(({ change }) => change));
  expect(mutants.filter(({ original, mutated }) => JSON.stringify(original) === JSON.stringify(mutated))).toEqual([]);
  const options = { seed, sample: 500 };
  expect(scoreBlind(programs.prod, Object.values(packs).flat(), options)).toEqual(
    scoreBlind(programs.prod, Object.values(packs).flat(), options),
  );
});

test("asking only the policies that read the property gives the answers of asking all", () => {
  const policies = Object.values(packs).flat();
  const [pruned, all] = [new BlindJudge(programs.prod, policies), new BlindJudge(programs.prod, policies, false)];
  for (const mutant of shuffled(blindMutants(programs.prod), seed).slice(0, 400)) {
    expect([mutant.change, pruned.caughtBy(mutant)]).toEqual([mutant.change, all.caughtBy(mutant)]);
  }
});

test("judged blind or behind the server, a mutant has one fate", async () => {
  const policies = Object.values(packs).flat();
  const blind = new BlindJudge(programs.prod, policies);
  const caught = shuffled(blindMutants(programs.prod), seed).filter((mutant) => blind.caughtBy(mutant).length > 0);
  for (const mutant of caught.slice(0, 4)) {
    const behindServer: string[] = [];
    for (const policy of policies) {
      const asked =
        policy.kind === "stack"
          ? resourcesWith(programs.prod.resources, mutant)
          : seenBy(policy, mutant.mutated === undefined ? [] : [mutant.mutated]);
      if ((await judge(policy, asked)).violations.length > 0) behindServer.push(policy.id);
    }
    expect([mutant.change, blind.caughtBy(mutant)]).toEqual([mutant.change, behindServer]);
  }
});

test("nothing of a mutant is left behind", () => {
  const blind = new BlindJudge(programs.prod, packs["least-privilege"]);
  const [grant] = programs.prod.ofType("gcp:projects/iAMMember:IAMMember");
  if (grant === undefined) throw new Error("no grant");
  const [owner] = programs.prod.set(grant, ["role"], ["roles/owner"]);
  const [same] = programs.prod.set(grant, ["role"], [grant.inputs["role"]]);
  expect(owner && blind.caughtBy(owner)).toEqual(expect.arrayContaining(["no-basic-roles", "people-by-access-table"]));
  expect(blind.caughtBy(programs.prod.added("gcp:serviceaccount/key:Key", {})).sort()).toEqual(["no-keys", "reviewed-types"]);
  expect(same && blind.caughtBy(same)).toEqual([]);
});

test("what the vendor's plugin refuses is the provider's to refuse", () => {
  const [service] = programs.prod.ofType("gcp:cloudrunv2/service:Service");
  const refused = (path: string[], value: unknown) =>
    (service === undefined ? [] : programs.prod.set(service, path, [value])).map((mutant) =>
      isRefusedByProvider({ ...mutant, operation: "" }),
    );
  expect(refused(["ingress"], "INGRESS_TRAFFIC_EVERYBODY")).toEqual([true]);
  expect(refused(["noSuchProperty"], true)).toEqual([true]);
  expect(refused(["ingress"], "INGRESS_TRAFFIC_ALL")).toEqual([false]);
});

test("no secret of the program is in what is printed", async () => {
  const blind = scoreBlind(programs.prod, Object.values(packs).flat(), { seed });
  const intended = await scoreIntended(
    programs,
    { "environment-parity": [], "least-privilege": [], "data-protection": [] },
    { seed, sample: 1500 },
  );
  const promises = scorePromises(programs.prod, []);
  expect(promises.filter(({ mutants, caught }) => mutants === 0 || caught > 0)).toEqual([]);
  const printed = scoreText({ seed, intended, promises, blind }, true) + JSON.stringify({ intended, promises, blind });
  const secrets = [programs.prod, programs.staging].flatMap(({ resources }) =>
    // An address that a component keeps secret with others, and that a variable of Vercel's shows to everybody, is none.
    resources
      .filter(({ inputs }) => inputs["sensitive"] !== false)
      .flatMap(({ name, inputs, secretInputs }) =>
        secretInputs.map((path) => ({
          at: `${name} ${path}`,
          value: valueAt(
            inputs,
            path.split(/[.[\]]+/).filter((step) => step !== ""),
          ),
        })),
      ),
  );
  const texts = secrets.filter(({ value }) => typeof value === "string" && value.length > 8);
  expect(texts.length).toBeGreaterThan(10);
  expect(texts.filter(({ value }) => printed.includes(String(value))).map(({ at }) => at)).toEqual([]);
});
