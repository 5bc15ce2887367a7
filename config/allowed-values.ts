/** The lists that more than one file of the configuration refers to. */

/** Google Cloud regions: Seoul, where the users are, then the nearest for a region's outage (section 3.3): Osaka, Tokyo. */
export const gcpRegions = ["asia-northeast3", "asia-northeast2", "asia-northeast1"] as const;
export type GcpRegion = (typeof gcpRegions)[number];

/** Supabase regions (AWS names): Seoul, Tokyo. Supabase has none in Osaka. */
export const supabaseRegions = ["ap-northeast-2", "ap-northeast-1"] as const;
export type SupabaseRegion = (typeof supabaseRegions)[number];

/** Log levels from the quietest to the noisiest (section 6.5). */
export const logLevels = ["error", "warn", "info", "debug"] as const;
export type LogLevel = (typeof logLevels)[number];
