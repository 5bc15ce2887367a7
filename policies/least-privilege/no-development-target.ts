import { resourcePolicy } from "../framework/policy";
import { eachKnown, shown } from "./reading/properties";
import { eachVariable, nameOf, variableTypes } from "./reading/vercel-variables";

const known = ["production", "preview"];

export const noDevelopmentTarget = resourcePolicy({
  id: "no-development-target",
  title: "No variable goes to Vercel's development target, and none to all targets by default",
  severity: "high",
  section: "2.2",
  why: "`vercel env pull` writes that target's values onto every developer's machine; development has secrets of its own",
  remediation: 'name targets: ["production"], and "preview" in staging alone (components/web-app-inputs.ts)',
  types: variableTypes,
  check: (resource, report) => {
    eachVariable(resource, (variable) => {
      const name = nameOf(variable);
      if (!Array.isArray(variable["targets"]))
        report(`${name} has targets ${shown(variable["targets"])}; allowed: a list of ${known.join(", ")}`);
      eachKnown(variable["targets"], (target) => {
        if (!known.includes(String(target))) report(`${name} has the target ${shown(target)}; allowed: ${known.join(", ")}`);
      });
    });
  },
});
