/** The time in a recovery point's name. */

/** Of the snapshot, by the database's clock; an invalid date for a folder that is named otherwise. */
export function timeOfId(id: string): Date {
  return new Date(id.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, "$1-$2-$3T$4:$5:$6Z"));
}

/** More than any clock of a database and of a machine that make backups may differ. */
const tolerance = 3600_000;

/**
 * No run makes such a point. Whoever has the writer's key can put one there, which would be the newest for years and fill each gap of the
 * schedule: nothing may take it for the latest.
 */
export function isOfTheFuture(id: string, now: Date): boolean {
  return timeOfId(id).getTime() > now.getTime() + tolerance;
}
