import { Argument, InvalidArgumentError } from "commander";
import { stackNames, type StackName } from "../../config/naming";

/** The stack that a command acts on: always named, never guessed. */
export function stackArgument(): Argument {
  return new Argument("<stack>", `one of ${stackNames.join(", ")}`).argParser((value: string): StackName => {
    if ((stackNames as readonly string[]).includes(value)) return value as StackName;
    throw new InvalidArgumentError(`there is no stack "${value}": name one of ${stackNames.join(", ")}`);
  });
}
