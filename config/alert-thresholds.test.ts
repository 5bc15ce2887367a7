import { alertChannels, metricKeys, monitoringValue, probeRequestsInFiveMinutes, thresholds } from "./alert-thresholds";
import {
  backupAgeLimits,
  backupKinds,
  certificateDays,
  displayedFileLimit,
  displayedSeconds,
  exporterSilence,
  external,
  fileMetrics,
  fileVersionLimits,
  silencedMetrics,
} from "./alert-thresholds-watch";
import { specifications } from "../stacks/specifications";
import { exportedMetrics, metricType } from "./exported-metrics";
import { sweepCron } from "../workers/file-versions/crons";
import { cloudStacks } from "./stack-configuration-keys";

/** Section 6.2 of the operations document, word by word. */
const document = [
  ["API response time (p95)", "> 500ms", "> 2000ms"],
  ["Error rate", "> 1%", "> 5%"],
  ["Database connections", "> 80%", "> 95%"],
  ["Database query time (p95)", "> 100ms", "> 500ms"],
  ["Disk usage", "> 70%", "> 90%"],
  ["Memory usage", "> 80%", "> 95%"],
];

test("the thresholds are those of section 6.2, in its order, wherever a row is measured", () => {
  const rows = metricKeys.map((key) => thresholds[key]);
  const ours = rows.map(({ of, unit, warning, critical }) => [of, `> ${warning.above}${unit}`, `> ${critical.above}${unit}`]);
  expect(ours.filter((row, at) => ours.findIndex((other) => other[0] === row[0]) === at)).toEqual(document);
  for (const row of ours) expect(document).toContainEqual(row);
});

test("the channels are those of section 6.3", () => {
  expect(alertChannels).toEqual({
    critical: { channels: ["sms", "slack", "email"], response: "Immediate" },
    warning: { channels: ["slack", "email"], response: "Within 1 hour" },
    info: { channels: ["slack"], response: "Next business day" },
  });
});

test("percentages are ratios, exactly, and milliseconds are milliseconds", () => {
  expect(
    metricKeys.map((key) => [
      monitoringValue(thresholds[key], thresholds[key].warning),
      monitoringValue(thresholds[key], thresholds[key].critical),
    ]),
  ).toEqual([
    [500, 2000],
    [0.01, 0.05],
    [0.8, 0.95],
    [100, 500],
    [0.7, 0.9],
    [0.8, 0.95],
    [0.8, 0.95],
  ]);
});

test("the database is measured by the exporter, the API by Cloud Run", () => {
  expect(metricKeys.map((key) => thresholds[key].signal.metric)).toEqual([
    "run.googleapis.com/request_latencies",
    "run.googleapis.com/request_count",
    metricType("databaseConnections"),
    metricType("databaseQueryTime"),
    metricType("databaseDisk"),
    "run.googleapis.com/container/memory/utilizations",
    metricType("databaseMemory"),
  ]);
});

test("a single failed request exceeds no threshold of the error rate, and the probes alone are never traffic enough", () => {
  for (const { unit, signal, warning, critical } of metricKeys.map((key) => thresholds[key])) {
    for (const { above, windowSeconds, minimumRequests } of [warning, critical]) {
      if (signal.resource !== "cloud_run_revision" || !signal.metric.includes("request_")) {
        expect(minimumRequests).toBeUndefined();
        continue;
      }
      const ofUsers = (minimumRequests ?? 0) - (probeRequestsInFiveMinutes * windowSeconds) / 300;
      expect(ofUsers).toBeGreaterThan(0);
      if (unit === "%") expect(100 / ofUsers).toBeLessThanOrEqual(above);
      else expect(ofUsers * 0.05).toBeGreaterThanOrEqual(5);
    }
  }
});

test("the probes are counted: two checks of Google's from three places, three of Checkly's and again when they fail, each minute", () => {
  expect(probeRequestsInFiveMinutes).toBe(2 * 3 * 5 + 3 * 2 * 5);
});

test("no environment is checked more often than is counted, and one as often", () => {
  const minutes = cloudStacks.map((stack) => specifications[stack].externalCheckMinutes);
  expect(Math.min(...minutes)).toBe(external.everyMinutes);
});

test("a worse severity comes later, or at a worse value; windows and waits are whole minutes", () => {
  for (const { warning, critical } of metricKeys.map((key) => thresholds[key])) {
    expect(critical.above).toBeGreaterThan(warning.above);
    expect(critical.forSeconds).toBeLessThanOrEqual(warning.forSeconds);
    for (const { windowSeconds, forSeconds } of [warning, critical]) {
      expect(windowSeconds % 60).toBe(0);
      expect(forSeconds % 60).toBe(0);
    }
  }
  for (const kind of backupKinds) {
    const [first, second] = backupAgeLimits[kind].limits;
    expect(second?.aboveSeconds).toBeGreaterThan(first?.aboveSeconds ?? Infinity);
  }
  expect(exporterSilence.map(({ severity }) => severity)).toEqual(["warning", "critical"]);
  expect(certificateDays[0]?.below).toBeGreaterThan(certificateDays[1]?.below ?? Infinity);
});

test("each kind may be as old as its schedule makes it, and is told before its next run could be missed too", () => {
  const day = 86_400;
  const longest = { daily: day, weekly: 7 * day, "restore-test": 31 * day, drill: 92 * day };
  for (const kind of backupKinds) {
    for (const { aboveSeconds } of backupAgeLimits[kind].limits) {
      expect(aboveSeconds).toBeGreaterThan(longest[kind]);
      expect(aboveSeconds).toBeLessThan(2 * longest[kind]);
    }
  }
});

test("the limits on the files' versions, with their units", () => {
  expect(
    fileMetrics.flatMap((metric) => fileVersionLimits[metric].limits.map((limit) => [metric, limit.severity, limit.above, displayedFileLimit(metric, limit)])),
  ).toEqual([
    ["fileVersionLag", "warning", 60, "1 min"],
    ["fileVersionLag", "critical", 600, "10 min"],
    ["fileVersionsLost", "critical", 0, "0"],
    ["fileSweepAge", "warning", 900, "15 min"],
  ]);
});

test("the sweep is told of when three runs of its cron are missing", () => {
  const [minutes] = /(?<=^\*\/)\d+(?= \* \* \* \*$)/.exec(sweepCron) ?? [];
  expect(fileVersionLimits.fileSweepAge.limits.map(({ above }) => above)).toEqual([3 * 60 * Number(minutes)]);
});

test("every exported metric is silent in one policy, but the query time; none of them takes more than six conditions", () => {
  expect([...silencedMetrics, ...fileMetrics, "databaseQueryTime"].sort()).toEqual(Object.keys(exportedMetrics).sort());
  for (const metrics of [silencedMetrics, fileMetrics]) expect(metrics.length).toBeLessThanOrEqual(6);
});

test.each([
  [60, "1 min"],
  [300, "5 min"],
  [26 * 3600, "26 h"],
  [7 * 86_400 + 6 * 3600, "7 days 6 h"],
  [32 * 86_400, "32 days"],
])("%d seconds are %s", (seconds, text) => expect(displayedSeconds(seconds)).toBe(text));
