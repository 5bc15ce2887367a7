/**
 * The message of the error that a promise rejects with.
 *
 * @throws when it does not reject, or the message holds the token or a line break
 */
export async function refusalWithout(token: string, promise: Promise<unknown>): Promise<string> {
  const error = await promise.then(
    (value) => {
      throw new Error(`expected a refusal, got ${JSON.stringify(value)}`);
    },
    (reason: unknown) => reason as Error,
  );
  const everything = `${error.message} ${error.stack ?? ""} ${JSON.stringify(error)}`;
  if (everything.includes(token)) throw new Error("the token is in the error");
  if (error.message.includes("\n")) throw new Error(`more than one line: ${error.message}`);
  return error.message;
}
