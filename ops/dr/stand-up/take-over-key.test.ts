import type { EncryptionKey } from "../kit/kit";
import { encryptionKey } from "../kit/test-support/made-up-stack";
import { configurationOf } from "../kit/encryption-key";
import { takeOverKey } from "./take-over-key";

async function takeOver(configuration: Readonly<Record<string, string>>, key: EncryptionKey | null = encryptionKey) {
  const set: EncryptionKey[] = [];
  const stack = { configured: (name: string) => Promise.resolve(configuration[name]), configureEncryptionKey: (given: EncryptionKey) => (set.push(given), Promise.resolve()) };
  const result = await takeOverKey(stack, key).then((words) => words, (error: Error) => error.message);
  return { result, set };
}

test("where there is none, or another, it is set; typed again nothing is written", async () => {
  expect(await takeOver({})).toEqual({ result: "taken over", set: [encryptionKey] });
  expect(await takeOver({ encryptionKeys: configurationOf({ current: encryptionKey.current }) })).toEqual({ result: "taken over", set: [encryptionKey] });
  expect(await takeOver({ encryptionKeys: configurationOf(encryptionKey) })).toEqual({ result: "there already", set: [] });
});

test("a kit without one leaves what is there", async () => {
  expect(await takeOver({ encryptionKeys: "1:x" }, null)).toEqual({ result: "not in the kit", set: [] });
});

test.each(['{"ENCRYPTION_KEY":{"current":3,"previous":2}}', '{"ENCRYPTION_KEY":{"current":2}}', '{"ENCRYPTION_KEY":{"current":1}}'])(
  "generations of another time (%s) would have a new key made: refused before anything is set, with the command",
  async (secretGenerations) => {
    const { result, set } = await takeOver({ secretGenerations });
    expect(result).toMatch(/^CHI-H042 .* the data have 2, nothing was touched: pulumi config rm --path chisan:secretGenerations\.ENCRYPTION_KEY --stack chisan-dr/);
    expect(set).toEqual([]);
  },
);

test.each(['{"ENCRYPTION_KEY":{"current":2,"previous":1}}', '{"JWT_SECRET":{"current":9}}'])("generations that agree, or are of others (%s), are left", async (secretGenerations) => {
  expect((await takeOver({ secretGenerations })).result).toBe("taken over");
});
