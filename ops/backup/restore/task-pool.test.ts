import fc from "fast-check";
import { runTasks, type Task } from "./task-pool";

const tables = ["a", "b", "c"];
/** Each task may come after earlier ones only: so there is always an order. */
const plans = fc
  .array(fc.record({ after: fc.array(fc.nat(20), { maxLength: 3 }), shared: fc.subarray(tables), alone: fc.subarray(tables), weight: fc.nat(9), length: fc.nat(3) }), { maxLength: 20 })
  .map((list) => list.map(({ after, ...rest }, index) => ({ ...rest, id: `t${index}`, after: after.filter((other) => other < index).map((other) => `t${other}`) })));

test("each task runs once, after those it waits for, and never beside one that has its table alone", async () => {
  await fc.assert(
    fc.asyncProperty(plans, fc.integer({ min: 1, max: 4 }), fc.array(fc.nat(20)), async (tasks, workers, finished) => {
      const done = new Set(finished.map((index) => `t${index}`).filter((id) => tasks.some((task) => task.id === id)));
      const ran: string[] = [];
      const ended = new Set(done);
      const running = new Map<number, Task>();
      await runTasks(
        tasks,
        workers,
        async (task, worker) => {
          expect(running.has(worker)).toBe(false);
          for (const id of task.after) expect(ended.has(id)).toBe(true);
          for (const other of running.values()) {
            for (const table of task.alone) expect([...other.alone, ...other.shared]).not.toContain(table);
            for (const table of task.shared) expect(other.alone).not.toContain(table);
          }
          running.set(worker, task);
          ran.push(task.id);
          for (let turn = 0; turn < task.length; turn += 1) await new Promise((resolve) => setImmediate(resolve));
          running.delete(worker);
          ended.add(task.id);
        },
        done,
      );
      expect(ran.sort()).toEqual(tasks.map(({ id }) => id).filter((id) => !done.has(id)).sort());
    }),
  );
});

const task = (id: string, after: string[] = []): Task => ({ id, after, shared: [], alone: [], weight: 1 });

test("after an error what runs is waited for, nothing new begins, and the error is thrown", async () => {
  const ran: string[] = [];
  const run = async ({ id }: Task) => {
    ran.push(id);
    await new Promise((resolve) => setImmediate(resolve));
    if (id === "bad") throw new Error("broken");
    await new Promise((resolve) => setImmediate(resolve));
    ran.push(`${id} ended`);
  };
  await expect(runTasks([task("bad"), task("long"), task("never")], 2, run)).rejects.toThrow("broken");
  expect(ran).toEqual(["bad", "long", "long ended"]);
});

test("tasks that wait for one another are named, not waited for", async () => {
  await expect(runTasks([task("a", ["b"]), task("b", ["a"])], 1, () => Promise.resolve())).rejects.toThrow(/CHI-A052 2 steps .* a \(after b\)/);
});
