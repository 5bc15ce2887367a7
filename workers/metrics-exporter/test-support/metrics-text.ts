/** An answer of Supabase's metrics endpoint in outline: names and labels as in the vendor's list of metrics. */

export interface MachineNumbers {
  readonly dataFree?: number;
  readonly dataSize?: number;
  readonly rootFree?: number;
  readonly rootSize?: number;
  readonly memoryFree?: number;
  readonly memorySize?: number;
}

export function metricsText(numbers: MachineNumbers = {}): string {
  const { dataFree = 6e9, dataSize = 8e9, rootFree = 1e9, rootSize = 1e10, memoryFree = 2.5e8, memorySize = 1e9 } = numbers;
  const ref = 'supabase_project_ref="abcdefghijklmnopqrst",service_type="db"';
  const volume = (device: string, mountpoint: string) => `{${ref},device="${device}",fstype="ext4",mountpoint="${mountpoint}"}`;
  return `# HELP node_filesystem_avail_bytes Filesystem space available to non-root users in bytes.
# TYPE node_filesystem_avail_bytes gauge
node_filesystem_avail_bytes${volume("/dev/nvme0n1p2", "/")} ${rootFree}
node_filesystem_avail_bytes${volume("/dev/nvme1n1", "/data")} ${dataFree}
# HELP node_filesystem_size_bytes Filesystem size in bytes.
# TYPE node_filesystem_size_bytes gauge
node_filesystem_size_bytes${volume("/dev/nvme0n1p2", "/")} ${rootSize}
node_filesystem_size_bytes${volume("/dev/nvme1n1", "/data")} ${dataSize}
# HELP node_memory_MemAvailable_bytes Memory information field MemAvailable_bytes.
# TYPE node_memory_MemAvailable_bytes gauge
node_memory_MemAvailable_bytes{${ref}} ${memoryFree}
# HELP node_memory_MemTotal_bytes Memory information field MemTotal_bytes.
# TYPE node_memory_MemTotal_bytes gauge
node_memory_MemTotal_bytes{${ref}} ${memorySize}
# TYPE auth_events_total counter
auth_events_total{supabase_project_ref="abcdefghijklmnopqrst",service_type="gotrue"} 12
`;
}
