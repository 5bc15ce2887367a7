/** When the keeper walks through the buckets. Workers tell their triggers apart by these texts. */
export const sweepCron = "*/5 * * * *";
export const purgeCron = "*/10 * * * *";
