/** Configuration with which the quarterly drill makes and destroys chisan-dr: all of these keys or none. */
export const drillKeys = ["drillDeployer", "drillStateBackend", "drillCloudflareToken", "drillVercelToken", "drillSupabaseToken"] as const;
