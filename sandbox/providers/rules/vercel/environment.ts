/** Facts about the Vercel provider's types for environment variables, read from the source of terraform-provider-vercel 5.10. */
import { atLeastOne, exactlyOne, items, length, object, oneOf, range, requires, words, type PackageFacts } from "../facts";
import { developmentIsPlain } from "./cross-field";

export const environmentFacts: PackageFacts = {
  "vercel:index/projectEnvironmentVariable:ProjectEnvironmentVariable": {
    computed: words("comment customEnvironmentIds targets teamId"),
    sets: words("customEnvironmentIds targets"),
    replace: words("customEnvironmentIds key projectId sensitive"),
    replaceIfSet: words("teamId"),
    rules: {
      comment: length(0, 1000),
      customEnvironmentIds: items(1),
      "targets.*": oneOf("production", "preview", "development"),
      valueWoVersion: range(0),
    },
    groups: [
      atLeastOne("", "customEnvironmentIds", "targets"),
      exactlyOne("", "value", "valueWo"),
      requires("", "valueWoVersion", "valueWo"),
    ],
    atPlan: [object("", "sensitive", "a variable for the target development must set sensitive to false", developmentIsPlain)],
  },
  "vercel:index/projectEnvironmentVariables:ProjectEnvironmentVariables": {
    computed: words("teamId variables.comment variables.customEnvironmentIds variables.targets"),
    sets: words("variables variables.customEnvironmentIds variables.targets"),
    replace: words("projectId"),
    replaceIfSet: words("teamId"),
    rules: {
      "variables.comment": length(0, 1000),
      "variables.customEnvironmentIds": items(1),
      "variables.targets.*": oneOf("production", "preview", "development"),
      "variables.targets": items(1),
    },
    groups: [
      atLeastOne("variables", "customEnvironmentIds", "targets"),
    ],
    atPlan: [object("variables", "sensitive", "a variable for the target development must set sensitive to false", developmentIsPlain)],
  },
  "vercel:index/sharedEnvironmentVariable:SharedEnvironmentVariable": {
    computed: words("applyToAllCustomEnvironments comment targets teamId"),
    sets: words("projectIds targets"),
    replace: words("key sensitive"),
    replaceIfSet: words("teamId"),
    rules: {
      comment: length(0, 1000),
      "targets.*": oneOf("production", "preview", "development"),
    },
    groups: [
      object("", "targets", "targets must be set, or applyToAllCustomEnvironments be true", ({ targets, applyToAllCustomEnvironments }) =>
        applyToAllCustomEnvironments === true || (Array.isArray(targets) && targets.length > 0),
      ),
      exactlyOne("", "value", "valueWo"),
    ],
    atPlan: [object("", "sensitive", "a variable for the target development must set sensitive to false", developmentIsPlain)],
  },
  "vercel:index/sharedEnvironmentVariableProjectLink:SharedEnvironmentVariableProjectLink": {
    computed: words("teamId"),
    replace: words("projectId sharedEnvironmentVariableId"),
    replaceIfSet: words("teamId"),
  },
};
