import { startTestProject, type TestProject } from "../../backup/run/test-support/project";
import { lastProof, readProofs } from "../../backup/verify/proof";
import { identityToRecipient, generateX25519Identity } from "age-encryption";
import { chooseRecoveryPoint, latestVerified } from "../stand-up/assess/recovery-point";
import { protectPhase } from "./protect-prod";

jest.setTimeout(300_000);

let project: TestProject;
beforeAll(async () => (project = await startTestProject()));
afterAll(() => project.stop());

/** @param recipient whom prod's backup is encrypted for; the identity at hand by default */
async function phase(said: string[], recipient?: string) {
  const prod = {
    databaseUrl: () => Promise.resolve(project.url),
    backups: () => Promise.resolve({ endpoint: project.bucket.url, bucket: project.bucket.bucket, ...project.bucket.writer }),
    backupRecipients: async () => [recipient ?? (await identityToRecipient(project.identity))],
  };
  return protectPhase(() => prod, () => Promise.resolve(project.identity)).run({ results: new Map(), say: (text) => said.push(text), signal: new AbortController().signal });
}

test("prod's newest recovery point is of now, decoded, and the next stand-up takes it", async () => {
  const said: string[] = [];
  const { summary, facts } = await phase(said);
  const id = String(facts["id"]);
  expect(summary).toMatch(new RegExp(`^manual ${id}: \\d+ rows of \\d+ tables, \\d+ objects read and decoded$`));
  expect(facts["rows"]).toBeGreaterThan(0);
  expect(said.join("\n")).toContain("every object decrypted and decompressed");
  const manifestSha256 = String(facts["manifestSha256"]);
  expect(lastProof(await readProofs(project.store), { kind: "manual", id, manifestSha256 })).toMatchObject({ depth: "decode" });
  const point = await chooseRecoveryPoint(project.store, latestVerified, project.identity);
  expect([point.manifest.stack, point.manifest.id, point.proof?.depth]).toEqual(["prod", id, "decode"]);

  // Killed after its work it is run again: another backup, which is the newest then.
  const again = await phase([]);
  expect(String(again.facts["id"]) > id).toBe(true);
  expect((await chooseRecoveryPoint(project.store, latestVerified, project.identity)).manifest.id).toBe(again.facts["id"]);
});

test("a backup that the key at hand does not open is no recovery point", async () => {
  const stranger = await identityToRecipient(await generateX25519Identity());
  await expect(phase([], stranger)).rejects.toThrow("CHI-A071");
});
