import type { LocalCheck } from "./check";
import { diskSpace, freePort, sandboxService, sandboxState } from "./machine";
import { committedFiles, engine, gitSettings, nodeVersion, postgresClient } from "./programs";

/** All checks of this machine, in the order in which they are shown. */
export function localChecks(): Promise<LocalCheck[]> {
  return Promise.all([nodeVersion(), engine(), gitSettings(), committedFiles(), postgresClient(), diskSpace(), freePort(), sandboxService(), sandboxState()]);
}
