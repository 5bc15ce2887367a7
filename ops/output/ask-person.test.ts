import { PassThrough } from "node:stream";
import { NotAnswered, askPerson } from "./ask-person";

/** What a person types, and what is shown, as on a terminal. */
function terminal(): { input: PassThrough; output: PassThrough } {
  const input = Object.assign(new PassThrough(), { isTTY: true, setRawMode: () => undefined });
  const output = Object.assign(new PassThrough(), { isTTY: true, columns: 80 });
  return { input, output };
}

test("a line is the answer, without what surrounds it", async () => {
  const { input, output } = terminal();
  const answer = askPerson("Which? ", undefined, { input, output });
  input.write(" staging \n");
  expect(await answer).toBe("staging");
  expect(String(output.read())).toContain("Which? ");
});

test("Ctrl-C is a character there: the command ends as one that was interrupted", async () => {
  const { input, output } = terminal();
  const answer = askPerson("Which? ", undefined, { input, output }).catch((error: unknown) => error);
  input.write("stag\u0003");
  expect(await answer).toBeInstanceOf(NotAnswered);
  expect(await answer).toMatchObject({ exitCode: 130, message: "Interrupted (SIGINT): nothing was touched" });
});

test("Ctrl-D, or an input that ends, is an empty answer", async () => {
  const { input, output } = terminal();
  const answer = askPerson("Which? ", undefined, { input, output });
  input.write("\u0004");
  expect(await answer).toBe("");
});

test.each([true, false])("a signal that the process is sent ends the question (already there: %s)", async (already) => {
  const ending = new AbortController();
  if (already) ending.abort(new Error("SIGTERM"));
  const answer = askPerson("Which? ", ending.signal, terminal()).catch((error: unknown) => error);
  ending.abort(new Error("SIGTERM"));
  expect(await answer).toMatchObject({ exitCode: 143, message: expect.stringContaining("SIGTERM") as string });
});
