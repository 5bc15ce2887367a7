/** Variables at Vercel, in each of the forms that they can be declared in. */
import { independently, type PolicyResource } from "../../framework/policy";
import { eachKnown, record } from "./properties";

const single = "vercel:index/projectEnvironmentVariable:ProjectEnvironmentVariable";
const several = "vercel:index/projectEnvironmentVariables:ProjectEnvironmentVariables";
const withProject = "vercel:index/project:Project";

export const variableTypes: readonly string[] = [single, several, withProject];

/** Each variable's properties (`key`, `value`, `sensitive`, `targets`, `customEnvironmentIds`); one that is not known yet hides no other. */
export function eachVariable(
  { type, props }: Pick<PolicyResource, "type" | "props">,
  check: (variable: Readonly<Record<string, unknown>>) => void,
): void {
  const each = (value: unknown): void => check(record(value));
  if (type === single) check(props);
  independently(
    () => {
      if (type === several) eachKnown(props["variables"], each);
    },
    () => {
      if (type === withProject) eachKnown(props["environments"], each);
    },
  );
}

/** `API_URL`, or a word for one whose name is missing. */
export function nameOf(variable: Readonly<Record<string, unknown>>): string {
  const key = variable["key"];
  return typeof key === "string" ? key : "a variable without a name";
}
