import { mkdirSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type DatabasesHome, removeClusters } from "../home";
import { own } from "../owned-files";

export interface TemporaryHome extends DatabasesHome {
  /** Stops every server in it and removes it. */
  remove(): Promise<void>;
}

/** A folder for clusters and, beside them, for the template they are copied from. */
export function temporaryHome(): TemporaryHome {
  const directory = mkdtempSync(join(tmpdir(), "chisan-db-"));
  const [clusters, templates] = [join(directory, "clusters"), join(directory, "templates")];
  for (const each of [clusters, templates]) mkdirSync(each, { mode: 0o700 });
  for (const each of [directory, clusters, templates]) own(each);
  return {
    directory: clusters,
    templates,
    remove: async () => {
      await removeClusters(clusters);
      await removeClusters(templates);
      await removeClusters(directory);
    },
  };
}
