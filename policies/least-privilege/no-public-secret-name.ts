import { independently, resourcePolicy } from "../framework/policy";
import { isPublicInDocument, isSecretName, publicPrefix } from "./reading/secret-names";
import { eachVariable, nameOf, variableTypes } from "./reading/vercel-variables";

export const noPublicSecretName = resourcePolicy({
  id: "no-public-secret-name",
  title: "No secret is named NEXT_PUBLIC_",
  severity: "critical",
  section: "2.3",
  why: "Next.js writes every NEXT_PUBLIC_ variable into the files that browsers load",
  remediation: "rename the variable in config/environment-variables.ts, and read it on the server only",
  types: variableTypes,
  check: (resource, report) => {
    eachVariable(resource, (variable) => {
      const name = nameOf(variable);
      if (!name.startsWith(publicPrefix)) return;
      independently(
        () => {
          if (!isPublicInDocument(name) && (isSecretName(name) || isSecretName(name.slice(publicPrefix.length))))
            report(`${name} is a secret by its name; allowed under ${publicPrefix}: what section 2.3 shows to browsers`);
        },
        () => {
          if (variable["sensitive"] === true) report(`${name} is sensitive: true; allowed under ${publicPrefix}: false, or another name`);
        },
      );
    });
  },
});
