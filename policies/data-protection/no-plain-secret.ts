import { independently, resourcePolicy } from "../framework/policy";
import { eachContainerVariable, workloadTypes } from "../least-privilege/reading/containers";
import { record } from "../least-privilege/reading/properties";
import { isSecretName } from "../least-privilege/reading/secret-names";
import { secretWithin } from "../least-privilege/reading/secret-values";
import { eachPlainBinding, worker } from "./reading/bindings";

export const noPlainSecret = resourcePolicy({
  id: "no-plain-secret",
  title: "Programs get their secrets from Secret Manager, never as plain variables",
  severity: "critical",
  section: "2.2",
  why: "a plain variable is shown in the console, in every revision and in logs of deployments, to all who may look at the service",
  remediation: "keep it in the SecretStore and mount it (secretMounts in components/secret-store.ts)",
  types: [...workloadTypes, worker],
  check: (resource, report) => {
    const judge = (name: string, valueOf: () => unknown, allowed: string): void => {
      const value = valueOf();
      const what = typeof value === "string" ? secretWithin(value) : undefined;
      if (what !== undefined && !isSecretName(name)) report(`${name} has ${what} in its value; allowed: ${allowed}`);
    };
    if (resource.type === worker) {
      eachPlainBinding(resource, ({ name, type, value }) =>
        independently(
          () => {
            if (isSecretName(name)) report(`${name} is bound as ${type}; allowed: secret_text`);
          },
          () => judge(name, value, "secret_text"),
        ),
      );
      return;
    }
    eachContainerVariable(resource, (variable) => {
      const name = String(variable["name"]);
      independently(
        () => {
          if (isSecretName(name) && record(variable["valueSource"])["secretKeyRef"] === undefined)
            report(`${name} has a plain value; allowed: valueSource.secretKeyRef`);
        },
        () => judge(name, () => variable["value"], "valueSource.secretKeyRef"),
      );
    });
  },
});
