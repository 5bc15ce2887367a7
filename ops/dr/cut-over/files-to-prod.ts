/** The files that chisan-dr has at the moment of its last backup, into prod's bucket: what stand-up does, the other way round. */
import { apiServiceName } from "../../../config/stack-configuration-keys";
import { openConnections } from "../../connections/stack-connections";
import type { Phase, PhaseResult } from "../phases/phase";
import { applicationVariables } from "../stand-up/declared-variables";
import { plainResources } from "../stand-up/deployed-resources";
import { restoreFilesPhase, type FilesTarget } from "../stand-up/files/restore-files";
import type { SideOf } from "./hand-over";
import { backupFacts } from "./restore-to-prod";

export interface FilesToProd {
  readonly prod: SideOf;
  readonly cloud: boolean;
  /** Where the list of what was copied is kept, and whose it is. */
  readonly directory: string;
  readonly id: string;
}

/** What prod's bucket has already, by ETag, is not copied again; what was deleted in chisan-dr meanwhile stays in prod. */
export function filesPhase({ prod, cloud, directory, id }: FilesToProd): Phase {
  const copy = restoreFilesPhase({
    source: () => openConnections("chisan-dr", cloud).files(),
    target: () => targetOf(prod, cloud),
    directory,
    id: `fail-back-${id}`,
    estimateSeconds: 60,
  });
  return {
    ...copy,
    name: "files-prod",
    title: "Bring the files to prod",
    // The phase reads the moment from the recovery point that a stand-up chooses; here it is the backup made after the fence.
    run: (situation) => copy.run({ ...situation, results: new Map<string, PhaseResult>([["recovery-point", { summary: "", facts: backupFacts(situation.results) }]]) }),
  };
}

async function targetOf({ engine }: SideOf, cloud: boolean): Promise<FilesTarget> {
  const operator = await openConnections("prod", cloud).files();
  const api = applicationVariables(plainResources(await engine.plainState()), apiServiceName("prod")).find(({ application }) => application.startsWith("API"));
  const key = api?.variables.get("FILES_GATEWAY_SECRET");
  if (key === undefined || key === "") throw new Error("CHI-H114 prod's API is given no FILES_GATEWAY_SECRET, so nothing can be written into its bucket: npx chisan dr failback --start-over rebuilds it");
  return { operator, api: { url: operator.url, key, clockAhead: operator.clockAhead ?? 0 } };
}
