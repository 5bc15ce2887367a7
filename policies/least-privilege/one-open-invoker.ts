import { independently, stackPolicy, type StackResource } from "../framework/policy";
import { service } from "./reading/containers";

export const oneOpenInvoker = stackPolicy({
  id: "one-open-invoker",
  title: "One service alone takes calls without asking who calls: the API, behind the load balancer",
  severity: "critical",
  section: "2.5",
  why: "with the check of the invoker off, whoever reaches a service may call it; only the load balancer's backend is meant to be reached",
  remediation: "set invokerIamDisabled: false and grant roles/run.invoker to the caller's account (components/metrics-exporter-inputs.ts)",
  check: (resources, report) => {
    const open = new Map<string, StackResource[]>();
    const checks = resources
      .filter(({ type }) => type === service)
      .map((resource) => () => {
        const { props } = resource;
        if (props["invokerIamDisabled"] !== true) return;
        if (props["ingress"] !== "INGRESS_TRAFFIC_INTERNAL_LOAD_BALANCER") {
          report(
            `invokerIamDisabled is true with ingress ${String(props["ingress"])}; allowed: INGRESS_TRAFFIC_INTERNAL_LOAD_BALANCER`,
            resource,
          );
        }
        const name = String(props["name"]);
        open.set(name, [...(open.get(name) ?? []), resource]);
      });
    independently(...checks, () => {
      // One service in several regions has one name.
      if (open.size <= 1) return;
      for (const [name, found] of open) {
        report(`"${name}" is one of ${open.size} services with invokerIamDisabled: true; allowed: 1`, found[0]);
      }
    });
  },
});
