/** Runs tasks that wait for one another on a fixed number of workers. */

export interface Task {
  readonly id: string;
  readonly after: readonly string[];
  /** Tables that it uses: several `shared` at once, or one `alone`. */
  readonly shared: readonly string[];
  readonly alone: readonly string[];
  /** Of those that could run now the greatest goes first. */
  readonly weight: number;
}

/**
 * Runs each task once, when those it comes after are done and nobody has what it wants alone.
 *
 * After an error nothing new is started; what runs is waited for, and the first error is thrown.
 *
 * @param done tasks of an earlier run, which are not repeated
 * @throws CHI-A052 when tasks wait for one another in a circle, or for one that is not there
 */
export async function runTasks<T extends Task>(tasks: readonly T[], workers: number, run: (task: T, worker: number) => Promise<void>, done: ReadonlySet<string> = new Set()): Promise<void> {
  const finished = new Set(done);
  const waiting = tasks.filter(({ id }) => !finished.has(id)).sort((a, b) => b.weight - a.weight);
  const users = new Map<string, { shared: number; alone: number }>();
  const use = (table: string) => users.get(table) ?? users.set(table, { shared: 0, alone: 0 }).get(table) ?? { shared: 0, alone: 0 };
  const mayRun = (task: T) =>
    task.after.every((id) => finished.has(id)) &&
    task.shared.every((table) => use(table).alone === 0) &&
    task.alone.every((table) => use(table).alone === 0 && use(table).shared === 0);
  const hold = (task: T, change: 1 | -1) => {
    for (const table of new Set(task.shared)) use(table).shared += change;
    for (const table of new Set(task.alone)) use(table).alone += change;
  };
  const errors: unknown[] = [];
  const free = Array.from({ length: workers }, (_, worker) => worker);
  const running = new Map<string, Promise<void>>();
  for (;;) {
    while (errors.length === 0 && free.length > 0) {
      const index = waiting.findIndex(mayRun);
      const [task] = index < 0 ? [] : waiting.splice(index, 1);
      const worker = task === undefined ? undefined : free.pop();
      if (task === undefined || worker === undefined) break;
      hold(task, 1);
      running.set(
        task.id,
        run(task, worker)
          .then(() => void finished.add(task.id), (error: unknown) => void errors.push(error))
          .finally(() => {
            hold(task, -1);
            free.push(worker);
            running.delete(task.id);
          }),
      );
    }
    if (running.size === 0) break;
    await Promise.race(running.values());
  }
  if (errors.length > 0) throw errors[0];
  if (waiting.length > 0) {
    const names = waiting.slice(0, 3).map(({ id, after }) => `${id} (after ${after.filter((name) => !finished.has(name)).join(", ")})`);
    throw new Error(`CHI-A052 ${waiting.length} steps of the restore wait for what never comes: ${names.join("; ")}: this is a fault of the tool, restore by hand (docs/adr/0009-backups.md)`);
  }
}
