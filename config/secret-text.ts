import { inspect } from "node:util";

/** A secret that is not shown by accident: printed, logged or written as JSON it reads `[secret]`. */
export class SecretText {
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
  }

  /** The value itself. Wrap it with `pulumi.secret` before it reaches a resource. */
  reveal(): string {
    return this.#value;
  }

  toString(): string {
    return "[secret]";
  }

  toJSON(): string {
    return "[secret]";
  }

  [inspect.custom](): string {
    return "[secret]";
  }
}
