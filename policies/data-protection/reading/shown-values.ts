/** Where a stack puts values that others can read: the consoles of the vendors show them. */
import { independently, type StackResource } from "../../framework/policy";
import { eachContainerVariable, workloadTypes } from "../../least-privilege/reading/containers";
import { text } from "../../least-privilege/reading/properties";
import { eachVariable, nameOf, variableTypes } from "../../least-privilege/reading/vercel-variables";
import { eachPlainBinding, worker } from "./bindings";

export interface ShownValue {
  /** Of the variable or the binding. */
  readonly name: string;
  readonly resource: StackResource;
  readonly value: string;
}

/** Calls back for each value that is known and can be read back; the others are thrown as undecided, after these. */
export function eachShownValue(resources: readonly StackResource[], found: (shown: ShownValue) => void): void {
  independently(
    ...resources.map((resource) => () => {
      const tell = (name: string, given: unknown): void => {
        const value = text(given);
        if (value !== undefined) found({ name, resource, value });
      };
      if (variableTypes.includes(resource.type)) {
        eachVariable(resource, (variable) => {
          if (variable["sensitive"] !== true) tell(nameOf(variable), variable["value"]);
        });
      } else if (workloadTypes.includes(resource.type)) {
        eachContainerVariable(resource, (variable) => tell(String(variable["name"]), variable["value"]));
      } else if (resource.type === worker) {
        eachPlainBinding(resource, ({ name, value }) => tell(name, value()));
      }
    }),
  );
}
