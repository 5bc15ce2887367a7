import { askSystems } from "./ask-systems";

test("all at once: who answers, who refuses, and who is silent", async () => {
  let ended = false;
  const found = await askSystems(
    [
      { system: "quick", ask: () => Promise.resolve("fine") },
      { system: "refusing", ask: () => Promise.reject(Object.assign(new TypeError("fetch failed"), { cause: { code: "ECONNREFUSED" } })) },
      { system: "worded", ask: () => Promise.reject(new Error("CHI-A054 cannot be reached\nand more")) },
      // Listens to no signal, as a connection that hangs.
      { system: "silent", ask: (signal) => new Promise(() => signal.addEventListener("abort", () => (ended = true))) },
    ],
    0.2,
  );
  expect(found.map(({ system, answers, detail }) => [system, answers, detail])).toEqual([
    ["quick", true, "fine"],
    ["refusing", false, "ECONNREFUSED"],
    ["worded", false, "CHI-A054 cannot be reached"],
    ["silent", false, "no answer within 0.2 s"],
  ]);
  expect(ended).toBe(true);
});

test("an error without words is told by its code, one that is thrown at once is a silence too", async () => {
  const found = await askSystems(
    [
      { system: "without words", ask: () => Promise.reject(Object.assign(new Error(""), { code: "ECONNRESET" })) },
      {
        system: "thrown",
        ask() {
          throw new Error("at once");
        },
      },
    ],
    5,
  );
  expect(found.map(({ detail, answers }) => [detail, answers])).toEqual([["ECONNRESET", false], ["at once", false]]);
});
