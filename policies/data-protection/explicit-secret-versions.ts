import { resourcePolicy } from "../framework/policy";
import { eachSecretReference, workloadTypes } from "../least-privilege/reading/containers";
import { shown } from "../least-privilege/reading/properties";

export const explicitSecretVersions = resourcePolicy({
  id: "explicit-secret-versions",
  title: "A program reads a numbered version of a secret",
  severity: "high",
  section: "2.4",
  why: '"latest" changes under a running program: instances would disagree, and a rollback would not bring the old value back',
  remediation: "pass the SecretVersion's version (explicitVersion in components/api-service-template.ts)",
  types: workloadTypes,
  check: (resource, report) => {
    eachSecretReference(resource, (what, version) => {
      if (!/^[1-9]\d*$/.test(String(version))) report(`${what} reads version ${shown(version)}; allowed: a number`);
    });
  },
});
