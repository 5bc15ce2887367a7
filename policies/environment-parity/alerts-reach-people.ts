import { independently, resourcePolicy } from "../framework/policy";
import { list, shown } from "../least-privilege/reading/properties";

const alert = "gcp:monitoring/alertPolicy:AlertPolicy";
const channel = "gcp:monitoring/notificationChannel:NotificationChannel";

export const alertsReachPeople = resourcePolicy({
  id: "alerts-reach-people",
  title: "Every alert and every channel is on, and every alert is told to somebody",
  severity: "high",
  section: "6.3",
  why: "an alert that is off, or that no channel carries, is found in a console after the incident",
  remediation: "remove enabled: false; restore notificationChannels of components/alert-policies-inputs.ts",
  types: [alert, channel],
  check: ({ type, props }, report) => {
    independently(
      () => {
        if (props["enabled"] === false) report("enabled is false; allowed: true");
      },
      () => {
        if (type === alert && list(props["notificationChannels"]).length === 0) report(`notificationChannels is ${shown(props["notificationChannels"])} without one; allowed: those of section 6.3`);
      },
    );
  },
});
