import type { MonitoringArgs } from "../monitoring";

/** Prod's monitoring, with every part switched on. */
export const monitoringArgs: MonitoringArgs = {
  slug: "prod",
  project: "chisan-prod",
  projectNumber: "123456789012",
  repository: "chisan/platform",
  apiService: "chisan-prod-api",
  onCall: { email: "on-call@chisanpaper.com", phone: "+821000000000" },
  slack: { token: "xoxb-not-a-token", channels: { critical: "#incidents", warning: "#alerts", info: "#notes" } },
  hosts: { api: "api.chisan.app", app: "app.chisan.app" },
  backupKinds: ["daily", "weekly", "restore-test", "drill"],
  realData: true,
  billingAccount: "012345-6789AB-CDEF01",
  monthlyBudget: { amount: 500_000, currency: "KRW" },
};
