import { independently, resourcePolicy } from "../framework/policy";
import { isSecretName } from "./reading/secret-names";
import { secretWithin } from "./reading/secret-values";
import { shown } from "./reading/properties";
import { eachVariable, nameOf, variableTypes } from "./reading/vercel-variables";

export const vercelSecretsSensitive = resourcePolicy({
  id: "vercel-secrets-sensitive",
  title: "A secret at Vercel is sensitive: nobody can read it back",
  severity: "critical",
  section: "2.2",
  why: "a variable that is not sensitive is shown to every member of the project, and by its API to every token",
  remediation: 'set visibility: "secret" in config/environment-variables.ts, which makes the variable sensitive',
  types: variableTypes,
  check: (resource, report) => {
    eachVariable(resource, (variable) => {
      const name = nameOf(variable);
      const { sensitive } = variable;
      if (sensitive === true) return;
      independently(
        () => {
          if (isSecretName(name)) report(`${name} has sensitive: ${shown(sensitive)}; allowed: true, as it is a secret`);
        },
        () => {
          // The name may be right, and what was put under it not.
          const { value } = variable;
          const what = typeof value === "string" ? secretWithin(value) : undefined;
          if (what !== undefined && !isSecretName(name))
            report(`${name} has ${what} in its value, and sensitive: ${shown(sensitive)}; allowed: another value`);
        },
      );
    });
  },
});
