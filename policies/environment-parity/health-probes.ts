import { resourcePolicy } from "../framework/policy";
import { cloudRunService, containersOf, isApi, recordOf } from "./containers";

/** Section 6.4. */
const probes = { startupProbe: "/health/ready", livenessProbe: "/health/live" } as const;

export const healthProbes = resourcePolicy({
  id: "health-probes",
  title: "The API starts when /health/ready says so and is restarted when /health/live does not answer",
  severity: "high",
  section: "6.4",
  why: "without the first a revision gets traffic before it reaches the database; with /health/ready as the second, a database outage restarts every instance",
  remediation: "take startupProbe and livenessProbe from components/api-service-template.ts",
  types: [cloudRunService],
  check: (resource, report, context) => {
    if (!isApi(resource, context)) return;
    const containers = containersOf(resource);
    if (containers.length === 0) report("the API has no container");
    // The container that listens is the one that is asked.
    const [main] = containers.length === 1 ? containers : containers.filter(({ ports }) => ports !== undefined);
    for (const [name, path] of Object.entries(probes)) {
      const probe = recordOf(main?.[name]);
      const found = recordOf(probe["httpGet"])["path"];
      if (found !== path) report(`${name} asks ${found === undefined ? "no path" : String(found)}; everywhere: ${path}`);
    }
  },
});
