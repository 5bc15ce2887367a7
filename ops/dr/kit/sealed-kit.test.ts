import { Encrypter, armor } from "age-encryption";
import fc from "fast-check";
import type { Kit } from "./kit";
import { sealKit, unsealKit } from "./sealed-kit";
import { canary, encryptionKey, identities, prodsKit, recipients } from "./test-support/made-up-stack";

const place = { file: "recovery/prod.kit.age", renew: "npx chisan dr kit --cloud" };
const open = (sealed: string, identity = identities.dr) => unsealKit(sealed, identity, place);

/** The error's text with everything that hangs on it: what a debugger or a crash report would print. */
async function refusal(opening: Promise<unknown>): Promise<string> {
  const error = await opening.then(() => undefined, (reason: Error) => reason);
  if (error === undefined) throw new Error("it was opened");
  const all = `${error.stack}${JSON.stringify(error)}${String(error.cause)}`;
  expect(all).not.toContain(canary);
  expect(all).not.toMatch(/AGE-SECRET-KEY-1[A-Z0-9]/);
  expect(error.message).not.toContain("\n");
  return error.message;
}

async function sealed(text: string): Promise<string> {
  const encrypter = new Encrypter();
  for (const recipient of recipients) encrypter.addRecipient(recipient);
  return armor.encode(await encrypter.encrypt(text));
}

test("each of the private keys opens it alone, and it says what was put in", async () => {
  const text = await sealKit(prodsKit);
  for (const identity of [identities.prod, identities.dr, identities.offline]) expect(await open(text, identity)).toEqual(prodsKit);
});

test("nothing of it is plain: no secret, no name, in the text or in the bytes behind its armor", async () => {
  const text = await sealKit(prodsKit);
  expect(text).toMatch(/^-----BEGIN AGE ENCRYPTED FILE-----\n/);
  const bytes = Buffer.from(armor.decode(text)).toString("latin1");
  for (const value of [canary, encryptionKey.current.value, "chisan", "supabase", "reader-id", prodsKit.cloudflareAccountId, prodsKit.madeAt]) {
    for (const place of [text, bytes]) expect(place).not.toContain(value);
  }
});

test("another private key is refused, and so is what is none", async () => {
  const text = await sealKit(prodsKit);
  expect(await refusal(open(text, identities.stranger))).toMatch(/^CHI-H023 the recovery kit recovery\/prod\.kit\.age is not encrypted for the private key that was given: set BACKUP_IDENTITY .*chisan:backupRecipients/);
  expect(await refusal(open(text, `${identities.dr.slice(0, -1)}X`))).toMatch(/^CHI-H022 .*set BACKUP_IDENTITY$/);
  expect(await refusal(open(text, canary))).toMatch(/^CHI-H022 /);
});

test("garbled or cut off anywhere, it is refused, or says what it said", async () => {
  const text = await sealKit(prodsKit);
  const damage = fc.oneof(
    fc.nat(text.length - 2).map((end) => text.slice(0, end)),
    fc.tuple(fc.nat(text.length - 1), fc.nat(127)).map(([at, code]) => text.slice(0, at) + String.fromCharCode(code) + text.slice(at + 1)),
  );
  await fc.assert(
    fc.asyncProperty(damage, async (damaged) => {
      const kit = await open(damaged).catch(() => undefined);
      // White space around the armor counts for nothing.
      if (kit !== undefined) expect(kit).toEqual(prodsKit);
      else expect(await refusal(open(damaged))).toMatch(/^CHI-H02[34] /);
    }),
    { numRuns: 150 },
  );
  expect(await refusal(open(""))).toMatch(/^CHI-H024 the recovery kit recovery\/prod\.kit\.age is damaged or cut off: .*npx chisan dr kit --cloud$/);
});

test("what is sealed but no kit of this version is refused without a word of it", async () => {
  expect(await refusal(open(await sealed(`${canary} is no JSON`)))).toMatch(/^CHI-H024 .* holds no JSON: /);
  expect(await refusal(open(await sealed("null")))).toMatch(/^CHI-H024 .* is not complete \(as a whole \(invalid_type\)\)/);
  expect(await refusal(open(await sealed(JSON.stringify({ ...prodsKit, version: 3 }))))).toMatch(/^CHI-H025 .* has version 3, this tool reads 1 to 2: check out the version that wrote it, or npx chisan dr kit --cloud$/);
  const { database: _gone, ...rest } = { ...prodsKit, zoneId: canary };
  expect(await refusal(open(await sealed(JSON.stringify(rest))))).toMatch(/^CHI-H024 .* is not complete \(zoneId \(invalid_format\), database \(invalid_type\)\)/);
});

test("what is no kit is not sealed, and a private key in the recipients' place is not printed", async () => {
  const broken = { ...prodsKit, webProject: undefined, database: { url: `${canary}://x` } } as unknown as Kit;
  expect(await refusal(sealKit(broken))).toBe("CHI-H020 the stack prod does not give what a recovery kit needs; at fault: database.url (invalid_format), webProject (invalid_type): npx chisan up prod");
  expect(await refusal(sealKit({ ...prodsKit, recipients: [recipients[0] ?? "", identities.dr] }))).toMatch(/^CHI-H021 chisan:backupRecipients\[1\] of prod is no public key/);
  expect(await refusal(sealKit({ ...prodsKit, recipients: [] }))).toMatch(/^CHI-H020 .*recipients \(too_small\)/);
});

test("a kit of version 1 is read, with everything but the key that it never had; and made no more", async () => {
  const { encryptionKey: _none, ...first } = prodsKit;
  const kit = await open(await sealed(JSON.stringify({ ...first, version: 1 })));
  expect(kit).toEqual({ ...prodsKit, encryptionKey: null });
  expect(await refusal(sealKit(kit))).toBe("CHI-H020 the stack prod does not give what a recovery kit needs; at fault: encryptionKey (missing): npx chisan up prod");
  // What calls itself the first version and is damaged besides is no kit of any.
  expect(await refusal(open(await sealed(JSON.stringify({ version: 1, stack: "prod" }))))).toMatch(/^CHI-H024 .* is not complete /);
});

test.each([
  ["of another length", { current: { generation: 1, value: Buffer.alloc(31, "canary-0123").toString("base64") } }],
  ["that is no base64", { current: { generation: 1, value: `${canary}!${"a1b2c3d4".repeat(5)}` } }],
  ["with a gap between its generations", { ...encryptionKey, current: { ...encryptionKey.current, generation: 9 } }],
])("a key %s is refused without a word of it", async (_what, wrong) => {
  const message = await refusal(sealKit({ ...prodsKit, encryptionKey: wrong }));
  expect(message).toMatch(/^CHI-H020 .* at fault: encryptionKey/);
  for (const { value } of Object.values(wrong)) expect(message).not.toContain(value);
});
