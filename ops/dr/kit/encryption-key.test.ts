import { capturedPulumi, PulumiFailed } from "../../engine/captured-pulumi";
import { configurationOf, configureEncryptionKey, encryptionKeyOf, sameKey } from "./encryption-key";
import { encryptionKey, stackValuesOfProd } from "./test-support/made-up-stack";

jest.mock("../../engine/captured-pulumi", () => ({ ...jest.requireActual<object>("../../engine/captured-pulumi"), capturedPulumi: jest.fn() }));
const engine = jest.mocked(capturedPulumi);
const values = [encryptionKey.current.value, encryptionKey.previous.value];

beforeEach(() => engine.mockReset());

test("the values go through the standard input, encrypted, into the file that was named: never through an argument", async () => {
  engine.mockResolvedValue("");
  const target = { environment: { PATH: "x" } };
  await configureEncryptionKey("chisan-dr", target, ["--config-file", "a.yaml"], encryptionKey);
  const [stack, where, args, input] = engine.mock.calls[0] ?? [];
  expect([stack, where, input]).toEqual(["chisan-dr", target, `2:${values[0]},1:${values[1]}`]);
  expect(args).toEqual(["config", "set", "chisan:encryptionKeys", "--secret", "--config-file", "a.yaml"]);
});

test("a refusal of the engine's is one line, without them", async () => {
  engine.mockRejectedValue(new PulumiFailed("pulumi config set", "error: no key"));
  const error = await configureEncryptionKey("prod", { environment: {} }, [], encryptionKey).then(() => undefined, (reason: Error) => reason);
  expect(error?.message).toBe("CHI-H031 prod cannot be given the ENCRYPTION_KEY of the data (error: no key): see that its secrets provider can be reached, then type the same command again");
  for (const value of values) expect(`${error?.stack}${String(error?.cause)}`).not.toContain(value);
});

test("of the outputs it is the key, of what has none nothing", () => {
  expect(encryptionKeyOf(stackValuesOfProd().outputs)).toEqual(encryptionKey);
  expect(encryptionKeyOf({})).toBeUndefined();
  expect(encryptionKeyOf({ encryptionKey: "[secret]" })).toBeUndefined();
});

test("two keys are one when generations and values are", () => {
  expect(sameKey(encryptionKey, structuredClone(encryptionKey))).toBe(true);
  expect(sameKey(encryptionKey, { current: encryptionKey.current })).toBe(false);
  expect(sameKey(encryptionKey, { ...encryptionKey, current: { ...encryptionKey.current, value: values[1] ?? "" } })).toBe(false);
  expect(configurationOf({ current: encryptionKey.current })).toBe(`2:${values[0]}`);
});
