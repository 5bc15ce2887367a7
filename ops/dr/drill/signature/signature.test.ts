import { createPrivateKey, createPublicKey, generateKeyPairSync } from "node:crypto";
import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync, mkdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { keepSigner, signerFile } from "./keep-signer";
import { knownSigners, signingKey } from "./keys";
import { keyIdOf, newPrivateKey, privateKeyOf, publicKeyOf, signBytes, signerOf } from "./signature";

const directory = mkdtempSync(join(tmpdir(), "chisan-signature-"));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const key = createPrivateKey(newPrivateKey());
const publicKey = createPublicKey(key);
const bytes = Buffer.from('{"result":"passed"}\n');

test("what was signed is told to be its signer's", () => {
  expect(signerOf(bytes, signBytes(bytes, key), [{ name: "other", publicKey: createPublicKey(newPrivateKey()) }, { name: "job", publicKey }]).name).toBe("job");
});

test("any changed bit is told", () => {
  const signature = signBytes(bytes, key);
  for (let bit = 0; bit < bytes.length * 8; bit += 7) {
    const changed = Buffer.from(bytes);
    changed[bit >> 3] = (changed[bit >> 3] as number) ^ (1 << (bit & 7));
    expect(() => signerOf(changed, signature, [{ name: "job", publicKey }])).toThrow(/^CHI-H133 /);
  }
});

test("a key that nobody here knows proves nothing", () => {
  const stranger = createPrivateKey(newPrivateKey());
  expect(() => signerOf(bytes, signBytes(bytes, stranger), [{ name: "job", publicKey }])).toThrow(/^CHI-H132 .*known: job /);
  // Signed by a stranger who names the job's key.
  expect(() => signerOf(bytes, { ...signBytes(bytes, stranger), keyId: keyIdOf(publicKey) }, [{ name: "job", publicKey }])).toThrow(/^CHI-H133 /);
});

test("a key is taken as PEM, with its line ends written out, in base64, or as its seed", () => {
  const pem = newPrivateKey();
  const id = keyIdOf(createPublicKey(pem));
  const seed = createPrivateKey(pem).export({ type: "pkcs8", format: "der" }).subarray(-32).toString("base64");
  for (const text of [pem, pem.replaceAll("\n", "\\n"), Buffer.from(pem).toString("base64"), seed]) expect(keyIdOf(createPublicKey(privateKeyOf(text, "KEY")))).toBe(id);
});

test("what is no key is refused, and no byte of it is repeated", () => {
  const canary = "canary-2f7c1e9a";
  const broken = newPrivateKey().replace(/\n.+\n-----END/, `\n${canary}\n-----END`);
  for (const text of [canary, broken, Buffer.from(canary).toString("base64")]) {
    const message = messageOf(() => privateKeyOf(text, "DRILL_REPORT_SIGNING_KEY"));
    expect(message).toMatch(/^CHI-H130 DRILL_REPORT_SIGNING_KEY holds no private key/);
    expect(message).not.toContain(canary);
  }
  const rsa = generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey.export({ type: "pkcs8", format: "pem" }).toString();
  expect(() => privateKeyOf(rsa, "KEY")).toThrow(/^CHI-H130 KEY holds a key of rsa/);
  expect(() => publicKeyOf(newPrivateKey(), "file")).toThrow(/^CHI-H131 /);
});

test("the cloud signs with the environment's key or not at all", () => {
  expect(() => signingKey(true, {}, directory)).toThrow(/^CHI-H134 .*nothing was touched.*openssl genpkey/);
  const pem = newPrivateKey();
  expect(keyIdOf(createPublicKey(signingKey(true, { DRILL_REPORT_SIGNING_KEY: pem }, directory)))).toBe(keyIdOf(createPublicKey(pem)));
  expect(readdirSync(directory)).toEqual([]);
});

test("a sandbox makes a key of its own, readable by its owner alone, and knows it again; the environment's is not for it", () => {
  const own = join(directory, "dr");
  const first = signingKey(false, { DRILL_REPORT_SIGNING_KEY: newPrivateKey() }, own);
  expect(keyIdOf(createPublicKey(signingKey(false, {}, own)))).toBe(keyIdOf(createPublicKey(first)));
  expect(statSync(join(own, "report-signing-key.pem")).mode & 0o777).toBe(0o600);
  expect(signerOf(bytes, signBytes(bytes, first), knownSigners([], own, directory)).name).toBe("this sandbox (a rehearsal)");
});

test("signers are the committed ones and those that are given", () => {
  const [committed, given] = [createPublicKey(newPrivateKey()), createPublicKey(newPrivateKey())];
  const root = join(directory, "root");
  mkdirSync(join(root, "recovery", "report-signers"), { recursive: true });
  writeFileSync(join(root, "recovery", "report-signers", "quarterly-job.pem"), committed.export({ type: "spki", format: "pem" }));
  writeFileSync(join(root, "auditor.pem"), given.export({ type: "spki", format: "pem" }));
  const signers = knownSigners([join(root, "auditor.pem")], join(directory, "none"), root);
  expect(signers.map(({ name, publicKey: each }) => [name, keyIdOf(each)])).toEqual([[join(root, "auditor.pem"), keyIdOf(given)], ["quarterly-job", keyIdOf(committed)]]);
  expect(() => knownSigners([join(root, "nowhere.pem")], join(directory, "none"), root)).toThrow(/^CHI-H131 .*ENOENT/);
  expect(readFileSync(join(root, "auditor.pem"), "utf8")).toContain("PUBLIC KEY");
});

function messageOf(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    return (error as Error).message;
  }
  return "nothing was thrown";
}

test("a stack's public key is put into the repository once, beside those of before, and counts there", () => {
  const root = join(directory, "kept");
  const pem = createPublicKey(newPrivateKey()).export({ type: "spki", format: "pem" }).toString();
  const file = keepSigner("prod", pem, root);
  expect(file).toMatch(/recovery\/report-signers\/prod-[0-9a-f]{12}\.pem$/);
  expect(keepSigner("prod", pem, root)).toBeUndefined();
  // Made anew: the reports of before are still its reports.
  const second = createPublicKey(newPrivateKey()).export({ type: "spki", format: "pem" }).toString();
  expect(keepSigner("prod", second, root)).toBe(signerFile("prod", second, root));
  const names = knownSigners([], join(directory, "nobody"), root).map(({ name, publicKey: known }) => [name, keyIdOf(known)]);
  expect(names).toHaveLength(2);
  expect(names.map(([, id]) => id)).toEqual(expect.arrayContaining([keyIdOf(createPublicKey(pem)), keyIdOf(createPublicKey(second))]));
  expect(keepSigner("staging", undefined, root)).toBeUndefined();
  expect(() => keepSigner("prod", newPrivateKey(), root)).toThrow(/^CHI-H131 /);
});
