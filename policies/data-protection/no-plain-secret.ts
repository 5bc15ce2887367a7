import { independently, resourcePolicy } from "../framework/policy";
import { eachContainerVariable, workloadTypes } from "../least-privilege/reading/containers";
import { eachKnown, record } from "../least-privilege/reading/properties";
import { isSecretName } from "../least-privilege/reading/secret-names";

const worker = "cloudflare:index/workersScript:WorkersScript";
/** What a value cannot be without being a secret, whatever its variable is called: a private key, a password in an address, an age identity. */
const secretValue = /-----BEGIN [A-Z ]*PRIVATE KEY-----|:\/\/[^/\s:@]+:[^/\s@]+@|AGE-SECRET-KEY-1/;

export const noPlainSecret = resourcePolicy({
  id: "no-plain-secret",
  title: "Programs get their secrets from Secret Manager, never as plain variables",
  severity: "critical",
  section: "2.2",
  why: "a plain variable is shown in the console, in every revision and in logs of deployments, to all who may look at the service",
  remediation: "keep it in the SecretStore and mount it (secretMounts in components/secret-store.ts)",
  types: [...workloadTypes, worker],
  check: (resource, report) => {
    if (resource.type === worker) {
      eachKnown(resource.props["bindings"], (value) => {
        const binding = record(value);
        const type = String(binding["type"]);
        if (["plain_text", "json"].includes(type) && isSecretName(String(binding["name"])))
          report(`${String(binding["name"])} is bound as ${type}; allowed: secret_text`);
      });
      return;
    }
    eachContainerVariable(resource, (variable) => {
      const name = String(variable["name"]);
      independently(
        () => {
          if (isSecretName(name) && record(variable["valueSource"])["secretKeyRef"] === undefined)
            report(`${name} has a plain value; allowed: valueSource.secretKeyRef`);
        },
        () => {
          const { value } = variable;
          if (!isSecretName(name) && typeof value === "string" && secretValue.test(value))
            report(`${name} has a value with a key or a password in it; allowed: valueSource.secretKeyRef`);
        },
      );
    });
  },
});
