/** Places that the backups' rules speak of. Said here a second time on purpose: a component that moves them must meet a rule that does not follow. */
export const backupPrefixes = { daily: "database/daily/", weekly: "database/weekly/" } as const;
