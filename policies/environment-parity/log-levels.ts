import { logLevels } from "../../config/allowed-values";
import { perEnvironment } from "../../config/parity-manifest";
import { stackNames } from "../../config/naming";
import { resourcePolicy } from "../framework/policy";
import { cloudRunJob, cloudRunService, containersOf, isApi, variablesIn } from "./containers";

const variable = "LOG_LEVEL";

export const logLevelsOfSection65 = resourcePolicy({
  id: "log-levels",
  title: "No debug logs where the data are real; everywhere a level that section 6.5 knows",
  severity: "high",
  section: "6.5",
  why: "debug logs carry parameters of requests, and with them what people entered",
  remediation: 'set logLevel to "info" in stacks/<stack>.ts, or take the override away: pulumi config rm chisan:logLevel --stack <stack>',
  types: [cloudRunService, cloudRunJob],
  check: (resource, report, context) => {
    const known = stackNames.find((name) => name === context.stack);
    const data = known === undefined ? "real" : perEnvironment[known].sampleData;
    const allowed = data === "real" || data === "restored" ? logLevels.filter((level) => level !== "debug") : logLevels;
    const levels = containersOf(resource).flatMap(variablesIn).filter(({ name }) => name === variable);
    if (levels.length === 0 && isApi(resource, context)) report(`${variable} is not set; allowed in ${context.stack}: ${allowed.join(", ")}`);
    for (const { definition } of levels) {
      const level = definition["value"];
      if (!(allowed as readonly unknown[]).includes(level)) report(`${variable} is ${level === undefined ? "not a plain value" : String(level)}; allowed in ${context.stack}: ${allowed.join(", ")}`);
    }
  },
});
