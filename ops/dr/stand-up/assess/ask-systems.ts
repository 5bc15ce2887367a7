/** Which systems answer. Silence is a finding, not an error. */

export interface Question {
  /** As a person knows it: `database`. */
  readonly system: string;
  /** What answered, in words without a secret. A rejection is how it does not. */
  ask(signal: AbortSignal): Promise<string>;
}

export interface SystemFinding {
  readonly system: string;
  readonly answers: boolean;
  readonly detail: string;
  readonly seconds: number;
}

/** All at once; each is given up after its time, whether it listens to the signal or not. */
export function askSystems(questions: readonly Question[], limitSeconds: number): Promise<SystemFinding[]> {
  return Promise.all(questions.map((question) => askOne(question, limitSeconds)));
}

async function askOne({ system, ask }: Question, limitSeconds: number): Promise<SystemFinding> {
  const began = Date.now();
  const control = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const silence = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new Error(`no answer within ${limitSeconds} s`));
      control.abort();
    }, limitSeconds * 1000);
  });
  const seconds = () => Math.round((Date.now() - began) / 100) / 10;
  try {
    const detail = await Promise.race([ask(control.signal), silence]);
    return { system, answers: true, detail, seconds: seconds() };
  } catch (error) {
    return { system, answers: false, detail: oneLine(error), seconds: seconds() };
  } finally {
    clearTimeout(timer);
  }
}

/** The cause says more than `fetch failed` does. */
function oneLine(error: unknown): string {
  const { message, code, cause } = error as { message?: string; code?: string; cause?: { code?: string; message?: string } };
  const words = cause?.code ?? cause?.message ?? (message === "" || message === undefined ? code : message) ?? String(error);
  return words.split("\n")[0] ?? words;
}
