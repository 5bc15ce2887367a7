import { getEventListeners } from "node:events";
import { Interrupted, interruptible, unlessInterrupted } from "./interruptible";

test.each(["SIGINT", "SIGTERM", "SIGHUP"] as const)("the first %s asks the work to end, the second is the system's to answer", async (name) => {
  const before = process.listenerCount(name);
  const ending = await interruptible((signal) => {
    expect([signal.aborted, process.listenerCount(name)]).toEqual([false, before + 1]);
    process.emit(name, name);
    // Nobody keeps the next one from ending the process.
    expect(process.listenerCount(name)).toBe(before);
    return Promise.resolve(signal);
  });
  expect([ending.aborted, (ending.reason as Error).message]).toEqual([true, name]);
});

test("afterwards, failed or not, signals are as before", async () => {
  const before = process.listenerCount("SIGINT");
  expect(await interruptible(() => Promise.resolve(7))).toBe(7);
  await expect(interruptible(() => Promise.reject(new Error("no")))).rejects.toThrow("no");
  expect(process.listenerCount("SIGINT")).toBe(before);
});

test("what was interrupted says so in one line, with the code that a shell makes of the signal", () => {
  expect(new Interrupted("CHI-A081", "SIGINT", "nothing was touched")).toMatchObject({ message: "CHI-A081 interrupted (SIGINT): nothing was touched", exitCode: 130 });
  expect(new Interrupted("CHI-A081", "SIGTERM", "").exitCode).toBe(143);
});

test("who waits for work is told at once, before or during it, and nobody stays waiting", async () => {
  const ending = new AbortController();
  expect(await unlessInterrupted(ending.signal, Promise.resolve(7))).toBe(7);
  await expect(unlessInterrupted(ending.signal, Promise.reject(new Error("no")))).rejects.toThrow("no");
  const never = unlessInterrupted(ending.signal, new Promise(() => undefined));
  ending.abort(new Error("SIGHUP"));
  await expect(never).rejects.toThrow("SIGHUP");
  await expect(unlessInterrupted(ending.signal, new Promise(() => undefined))).rejects.toThrow("SIGHUP");
  expect(getEventListeners(ending.signal, "abort")).toEqual([]);
});
