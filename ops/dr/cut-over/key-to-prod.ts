/** The data come back with the key that they are encrypted with: a prod that was lost with its state would make another one. */
import { secretOutput } from "../../engine/stack-operation";
import { configurationOf, configureEncryptionKey, encryptionKeyOf, encryptionKeysKey, sameKey, sameSecret } from "../kit/encryption-key";
import type { EncryptionKey } from "../kit/kit";
import { stackValues } from "../kit/stack-values";
import type { SideOf } from "./hand-over";

type KeySide = Pick<SideOf, "stack" | "target" | "file">;

/** As it is asked for and set; replaced in tests. */
export interface KeyAccess {
  output(side: KeySide): Promise<EncryptionKey | undefined>;
  configured(side: KeySide): Promise<string | undefined>;
  configure(side: KeySide, key: EncryptionKey): Promise<void>;
}

/**
 * Before prod is rebuilt. Where prod's state has the key still, it stays the one that prod makes; otherwise chisan-dr's becomes `chisan:encryptionKeys`.
 *
 * @returns what was done, in words without a secret
 * @throws CHI-H116 when the two have nothing to do with each other, CHI-H117 when chisan-dr does not tell its key, CHI-H031
 */
export async function giveKeyBack(prod: KeySide, dr: KeySide, access: KeyAccess = theEngine): Promise<string> {
  const key = await keyOfData(dr, access);
  const own = await access.output(prod);
  if (own !== undefined && sameKey(own, key)) return "prod has the data's ENCRYPTION_KEY still";
  if (own !== undefined && ![key.current, key.previous].some((each) => each !== undefined && sameSecret(each.value, own.current.value))) throw strangers(own);
  const configured = await access.configured(prod);
  if (configured !== undefined && sameSecret(configured, configurationOf(key))) return "prod was given the data's ENCRYPTION_KEY before";
  await access.configure(prod, key);
  return "prod was given the data's ENCRYPTION_KEY";
}

/** Once prod stands again, before anything is restored into it. @throws CHI-H118 */
export async function requireKeyOfData(prod: KeySide, dr: KeySide, access: KeyAccess = theEngine): Promise<void> {
  const [key, found] = [await keyOfData(dr, access), await access.output(prod)];
  if (found !== undefined && sameKey(found, key)) return;
  throw new Error(
    `CHI-H118 prod's ENCRYPTION_KEY (generation ${found?.current.generation ?? "none"}) is not the one of chisan-dr's data (generation ${key.current.generation}), so they could not be read: ` +
      "see that chisan:secretGenerations of prod says of ENCRYPTION_KEY what chisan-dr's does (or nothing), then type the same command again",
  );
}

/** After a stand-up with a kit that had no key: part of the data is encrypted with the one, part with the other. */
function strangers({ current }: EncryptionKey): Error {
  return new Error(
    `CHI-H116 prod has an ENCRYPTION_KEY (generation ${current.generation}) that chisan-dr never had, so what was encrypted before the disaster is read with prod's and what came since with chisan-dr's, nothing was touched: ` +
      "give chisan-dr both (pulumi config set chisan:encryptionKeys --secret --stack chisan-dr: 2:<its own>,1:<prod's>), up, have its API write every encrypted column anew, then type the same command again",
  );
}

async function keyOfData(dr: KeySide, access: KeyAccess): Promise<EncryptionKey> {
  const key = await access.output(dr);
  if (key !== undefined) return key;
  throw new Error(`CHI-H117 chisan-dr gives no output encryptionKey, with which its data are encrypted: npx chisan up chisan-dr${dr.target.kind === "cloud" ? " --cloud" : ""}, then type the same command again`);
}

const theEngine: KeyAccess = {
  async output({ stack, target }) {
    // A stack that was just made has none.
    const text = await secretOutput(stack, "encryptionKey", target).catch(() => undefined);
    return text === undefined ? undefined : encryptionKeyOf({ encryptionKey: JSON.parse(text) as unknown });
  },
  async configured({ stack, target, file }) {
    const { configuration } = await stackValues(stack, { ...target, configurationArguments: ["--config-file", file] });
    const value = configuration[encryptionKeysKey];
    return typeof value === "string" ? value : undefined;
  },
  configure: ({ stack, target, file }, key) => configureEncryptionKey(stack, target, ["--config-file", file], key),
};
