import { independently, resourcePolicy } from "../framework/policy";
import { hasPersonalData } from "./reading/environments";
import { eachKnown, list, shown } from "./reading/properties";
import { eachVariable, nameOf, variableTypes } from "./reading/vercel-variables";

const project = "vercel:index/project:Project";
const custom = "vercel:index/customEnvironment:CustomEnvironment";

export const noPreviewOfRealData = resourcePolicy({
  id: "no-preview-of-real-data",
  title: "Where the data are real, nothing is previewed and no variable reaches a preview",
  severity: "critical",
  section: "1.4",
  why: "a preview runs a pull request's code before it is reviewed: what it is not given, it cannot leak",
  remediation: "set pullRequestPreviews: false in stacks/; pull requests are previewed on staging",
  types: [...variableTypes, custom],
  check: (resource, report, { stack }) => {
    if (!hasPersonalData(stack)) return;
    const { type, props } = resource;
    if (type === custom) return report(`${stack} has a custom environment, which branches deploy to; allowed: production alone`);
    independently(
      () => {
        if (type !== project) return;
        const off = props["previewDeploymentsDisabled"];
        if (off !== true) report(`previewDeploymentsDisabled is ${shown(off)} in ${stack}; allowed: true`);
      },
      () =>
        eachVariable(resource, (variable) => {
          independently(
            () =>
              eachKnown(variable["targets"], (target) => {
                if (target !== "production")
                  report(`${nameOf(variable)} has the target ${shown(target)} in ${stack}; allowed: "production"`);
              }),
            () => {
              const { length } = list(variable["customEnvironmentIds"]);
              if (length > 0) report(`${nameOf(variable)} goes to ${length} custom environments in ${stack}; allowed: 0`);
            },
          );
        }),
    );
  },
});
