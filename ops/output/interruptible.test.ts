import { interruptible } from "./interruptible";

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
