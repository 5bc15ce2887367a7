import { dataMountpoint, hostMetrics } from "./host-metrics";
import { parsePrometheusText } from "./prometheus-text";
import { metricsText } from "./test-support/metrics-text";

const metrics = (change: Parameters<typeof metricsText>[0] = {}) => hostMetrics(parsePrometheusText(metricsText(change)));

test("the used parts of the data volume and of the memory", () => {
  expect(metrics({ dataFree: 30, dataSize: 100, memoryFree: 1, memorySize: 4 })).toEqual({ diskUtilization: 0.7, memoryUtilization: 0.75 });
});

test("the root file system does not count", () => {
  expect(metrics({ rootFree: 0, rootSize: 100, dataFree: 90, dataSize: 100 }).diskUtilization).toBeCloseTo(0.1);
});

test("of several machines the fullest counts", () => {
  const replica = [
    `node_filesystem_avail_bytes{device="/dev/nvme1n1",mountpoint="${dataMountpoint}",supabase_identifier="replica"} 5`,
    `node_filesystem_size_bytes{device="/dev/nvme1n1",mountpoint="${dataMountpoint}",supabase_identifier="replica"} 100`,
  ].join("\n");
  const text = `${metricsText({ dataFree: 90, dataSize: 100 })}${replica}\n`;
  expect(hostMetrics(parsePrometheusText(text)).diskUtilization).toBeCloseTo(0.95);
});

test("of several machines one without its partner is an error: it could be the fullest", () => {
  const half = `node_filesystem_size_bytes{device="/dev/nvme1n1",mountpoint="${dataMountpoint}",supabase_identifier="replica"} 100\n`;
  expect(() => hostMetrics(parsePrometheusText(metricsText() + half))).toThrow("of which 1 fit together");
});

test.each([
  [
    "the data volume is not there",
    (text: string) => text.replaceAll(`mountpoint="${dataMountpoint}"`, 'mountpoint="/elsewhere"'),
    "CHI-X004 the metrics endpoint has 0 of node_filesystem_avail_bytes",
  ],
  [
    "a series has no partner",
    (text: string) => text.replace(/^node_memory_MemAvailable_bytes.*$/m, ""),
    "CHI-X004 the metrics endpoint has 0 of node_memory_MemAvailable_bytes and 1",
  ],
  [
    "more is free than there is",
    (text: string) => text.replace(/^(node_memory_MemAvailable_bytes\{.*\}).*$/m, "$1 1e18"),
    "of which 0 fit together",
  ],
  [
    "a value is no number",
    (text: string) => text.replace(/^(node_filesystem_size_bytes\{.*\/data.*\}).*$/m, "$1 NaN"),
    "CHI-X004 the metrics endpoint has 1 of node_filesystem_avail_bytes",
  ],
])("%s: an error, not a number", (_, change, message) => {
  expect(() => hostMetrics(parsePrometheusText(change(metricsText())))).toThrow(message);
});
