import type { EncryptionKey } from "../kit/kit";
import { configurationOf } from "../kit/encryption-key";
import { encryptionKey } from "../kit/test-support/made-up-stack";
import { giveKeyBack, type KeyAccess, requireKeyOfData } from "./key-to-prod";

type Side = Parameters<typeof giveKeyBack>[0];
const side = (stack: Side["stack"]): Side => ({ stack, file: `${stack}.yaml`, target: { kind: "sandbox", environment: {}, configurationArguments: [], explainFailure: () => undefined } });
const [prod, dr] = [side("prod"), side("chisan-dr")];
const another: EncryptionKey = { current: { generation: 1, value: Buffer.from("a key that prod alone ever had..").toString("base64") } };

interface Given {
  readonly prods?: EncryptionKey;
  readonly drs?: EncryptionKey | undefined;
  readonly configured?: string;
}

function accessOf({ prods, drs, configured }: Given) {
  const set: unknown[] = [];
  const access: KeyAccess = {
    output: ({ stack }) => Promise.resolve(stack === "prod" ? prods : drs),
    configured: () => Promise.resolve(configured),
    configure: ({ stack, file }, key) => (set.push([stack, file, key]), Promise.resolve()),
  };
  return { access, set };
}

async function given(state: Given) {
  const { access, set } = accessOf(state);
  const words = await giveKeyBack(prod, dr, access).then((text) => text, (error: Error) => error.message);
  for (const { value } of [...Object.values(encryptionKey), another.current]) expect(words).not.toContain(value);
  return { words, set };
}

test("prod's state is lost: it is given the key of the data, once", async () => {
  expect(await given({ drs: encryptionKey })).toEqual({ words: "prod was given the data's ENCRYPTION_KEY", set: [["prod", "prod.yaml", encryptionKey]] });
  expect(await given({ drs: encryptionKey, configured: configurationOf(encryptionKey) })).toMatchObject({ words: "prod was given the data's ENCRYPTION_KEY before", set: [] });
});

test("prod's state has it still: it stays prod's own", async () => {
  expect(await given({ prods: encryptionKey, drs: encryptionKey })).toMatchObject({ words: "prod has the data's ENCRYPTION_KEY still", set: [] });
});

test("it was rotated while chisan-dr was live: prod is given both generations", async () => {
  expect(await given({ prods: { current: encryptionKey.previous }, drs: encryptionKey })).toMatchObject({ set: [["prod", "prod.yaml", encryptionKey]] });
});

test("two keys that have nothing to do with each other: neither is lost by this", async () => {
  const { words, set } = await given({ prods: another, drs: encryptionKey });
  expect(words).toMatch(/^CHI-H116 .*nothing was touched/);
  expect(set).toEqual([]);
});

test("a chisan-dr that does not tell its key is asked to, before prod is rebuilt with another", async () => {
  expect(await given({})).toMatchObject({ words: expect.stringMatching(/^CHI-H117 .*npx chisan up chisan-dr, then/) as string, set: [] });
});

test("a prod that was rebuilt with another key gets no data", async () => {
  const check = (state: Given) => requireKeyOfData(prod, dr, accessOf(state).access).then(() => "", (error: Error) => error.message);
  expect(await check({ prods: encryptionKey, drs: encryptionKey })).toBe("");
  expect(await check({ prods: another, drs: encryptionKey })).toMatch(/^CHI-H118 prod's ENCRYPTION_KEY \(generation 1\) .*\(generation 2\)/);
  expect(await check({ drs: encryptionKey })).toMatch(/^CHI-H118 .*generation none/);
});
