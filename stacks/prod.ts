import { reference } from "../config/environment-specification";

/** The reference: the other environments say only in what they differ from it. */
export const prod = reference(
  { stack: "prod", purpose: "Live system" },
  {
    hosting: "cloud",
    appHost: "app.chisan.app",
    // One level below the zone: Cloudflare's universal certificate covers no deeper name.
    apiHost: "api.chisan.app",
    dnsRecords: "active",
    ownsZoneSettings: true,
    ownsAccounts: true,
    // Seoul, where the users are, and where the database is (Supabase's ap-northeast-2 is Seoul too).
    gcpRegion: "asia-northeast3",
    gcpBackupRegion: "asia-northeast1",
    minimumInstances: 1,
    maximumInstances: 10,
    cpu: "1",
    memory: "512Mi",
    logLevel: "info",
    webBranch: "main",
    // Prod's project builds no pull request: what a preview cannot be given, it cannot leak (docs/adr/0004-a-web-project-per-environment.md).
    pullRequestPreviews: false,
    databaseRegion: "ap-northeast-2",
    // The smallest that has point-in-time recovery (design fact 2).
    databaseCompute: "small",
    pointInTimeRecoveryDays: 7,
    sampleData: "real",
    authDomain: "company only",
    scheduledKinds: ["daily", "weekly", "restore-test", "drill"],
    externalCheckMinutes: 1,
    fileVersionDays: 30,
    dailyBackupDays: 30,
    weeklyBackupDays: 90,
    protectData: true,
  },
);
