/**
 * Refuses an argument that a provider's SDK would drop.
 *
 * A generated SDK copies the arguments it knows, by name, and leaves the rest: a property misspelt behind a cast never reaches the engine, so
 * neither the vendor nor the sandbox can refuse it. Here each resource's arguments are watched while its constructor reads them;
 * what nobody read is a mistake. (Nested properties do reach the engine, and are refused there.)
 *
 * Loaded first of all by index.ts, because it stands in front of the SDKs as they are loaded.
 */
import { Module } from "node:module";
import { CustomResource, RunError } from "@pulumi/pulumi";
import { nearest } from "../config/spelling";

type Constructor = new (...args: unknown[]) => object;
type Loader = { _load(request: string, ...more: unknown[]): unknown };

const loader = Module as unknown as Loader;
const load = loader._load;
const watched = new WeakMap<object, object>();

loader._load = function (request, ...more) {
  const loaded = load.call(this, request, ...more);
  const sdk = /^(?:@pulumi\/(?!pulumi(?:\/|$)|policy(?:\/|$))|@checkly\/pulumi|@pulumiverse\/)/.test(request);
  return sdk && typeof loaded === "object" && loaded !== null ? remembered(loaded, watchModule) : loaded;
};

function remembered(original: object, make: (original: object) => object): object {
  const made = watched.get(original) ?? make(original);
  watched.set(original, made);
  return made;
}

function watchModule(exports: object): object {
  return new Proxy(exports, {
    get(target, key, receiver) {
      const value: unknown = Reflect.get(target, key, receiver);
      return isResourceClass(value) ? remembered(value, watchClass) : value;
    },
  });
}

function isResourceClass(value: unknown): value is Constructor {
  return typeof value === "function" && value.prototype instanceof CustomResource;
}

function watchClass(original: object): object {
  return new Proxy(original as Constructor, {
    construct(target, [name, args, ...options]: unknown[], newTarget) {
      if (typeof args !== "object" || args === null) return Reflect.construct(target, [name, args, ...options], newTarget);
      const read = new Set<string>();
      const watching = new Proxy(args, {
        get(inner, key, receiver) {
          if (typeof key === "string") read.add(key);
          return Reflect.get(inner, key, receiver);
        },
      });
      const resource = Reflect.construct(target, [name, watching, ...options], newTarget) as object;
      const dropped = Object.keys(args).filter((key) => !read.has(key));
      if (dropped.length > 0) throw new RunError(dropped.map((key) => refusal(target.name, String(name), key, read)).join("\n"));
      return resource;
    },
  });
}

function refusal(type: string, name: string, key: string, known: ReadonlySet<string>): string {
  const meant = nearest(key, [...known]);
  return `CHI-C003 ${type} "${name}" is given "${key}", which its SDK does not know and would drop: ${meant === undefined ? "remove it" : `write "${meant}"`}`;
}
