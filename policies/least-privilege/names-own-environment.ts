import { independently, resourcePolicy } from "../framework/policy";
import { eachContainerVariable, taskTemplate, workloadTypes } from "./reading/containers";
import { namesOfOthers } from "./reading/foreign-names";
import { eachKnown, record, text } from "./reading/properties";
import { eachVariable, nameOf, variableTypes } from "./reading/vercel-variables";

export const namesOwnEnvironment = resourcePolicy({
  id: "names-own-environment",
  title: "What a program is given names no bucket, secret or address of another environment",
  severity: "critical",
  section: "2.5",
  why: "each environment has its own credentials and data; one wrong name makes prod write into staging, or staging read prod",
  remediation: "take the value from this stack's own components (stacks/environment-values.ts)",
  types: [...workloadTypes, ...variableTypes],
  check: (resource, report, { stack }) => {
    const foreign = namesOfOthers(stack);
    // Never the value: it may be a secret.
    const judge = (what: string, value: unknown): void => {
      const other = foreign.find(({ pattern }) => pattern.test(text(value) ?? ""));
      if (other !== undefined) report(`${what} names ${other.text}, of ${other.stack}; allowed: this stack's own`);
    };
    if (!workloadTypes.includes(resource.type)) return eachVariable(resource, (variable) => judge(nameOf(variable), variable["value"]));
    independently(
      () =>
        eachContainerVariable(resource, (variable) => {
          const name = String(variable["name"]);
          independently(
            () => judge(name, variable["value"]),
            () => judge(name, record(record(variable["valueSource"])["secretKeyRef"])["secret"]),
          );
        }),
      () => eachKnown(taskTemplate(resource)["volumes"], (volume) => judge("a volume", record(record(volume)["secret"])["secret"])),
    );
  },
});
