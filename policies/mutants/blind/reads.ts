/**
 * Which properties a policy reads. A policy is a pure function: when a property that it did not read is another, it takes the same way and says
 * the same. So a mutant has to be asked only of the policies that read what it changes; of the thousands, that leaves few.
 */
import type { Path } from "../edit";

export class Reads {
  readonly #read = new Set<string>();

  /** A view of the value that remembers what is read of it. */
  public watch<T>(value: T, path: Path = []): T {
    if (typeof value !== "object" || value === null) return value;
    return new Proxy(value, {
      get: (target, name, receiver) => {
        if (typeof name === "symbol") return Reflect.get(target, name, receiver) as unknown;
        this.#note(path, name);
        return this.watch(Reflect.get(target, name) as unknown, [...path, name]);
      },
      has: (target, name) => {
        this.#note(path, name);
        return Reflect.has(target, name);
      },
      ownKeys: (target) => {
        this.#note(path, "*");
        return Reflect.ownKeys(target);
      },
    });
  }

  /** Whether another value at the path, or none, could have been noticed. */
  public hasRead(path: Path): boolean {
    return this.#read.has(keyOf(path)) || this.#read.has(keyOf([...path.slice(0, -1), "*"]));
  }

  #note(path: Path, name: string | symbol): void {
    this.#read.add(keyOf([...path, String(name)]));
  }
}

function keyOf(path: Path): string {
  return path.join("\u0000");
}
