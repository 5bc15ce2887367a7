import type { Display } from "../../phases/display";

/** For tests: nobody looks on. */
export const quietDisplay: Display = { begin: () => undefined, show: () => undefined, say: () => undefined, end: () => undefined };
