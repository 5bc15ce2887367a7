import { policyCases } from "../least-privilege/testing/mutations";
import { alertsReachPeople } from "./alerts-reach-people";

policyCases(alertsReachPeople, {
  compliant: [
    { type: "gcp:monitoring/alertPolicy:AlertPolicy", name: "alert", inputs: { notificationChannels: ["projects/p/notificationChannels/1"] } },
    { type: "gcp:monitoring/notificationChannel:NotificationChannel", name: "channel", inputs: { type: "email" } },
  ],
  refused: [
    ["alert", "enabled", false, "enabled is false; allowed: true"],
    ["channel", "enabled", false, "enabled is false; allowed: true"],
    ["alert", "notificationChannels", [], "notificationChannels is a list without one"],
    ["alert", "notificationChannels", undefined, "notificationChannels is nothing without one"],
  ],
  allowed: [["alert", "enabled", true]],
  undecided: [
    ["alert", "enabled"],
    ["alert", "notificationChannels"],
  ],
});
